/** Row numbers as they are found: exact beyond 2^32 rows, at most so many that memory stays bounded. */
export class RowNumbers {
  /** 128 MB; a screen scrolls through less. */
  static readonly MAX = 16_777_216;
  #numbers = new Float64Array(1_024);
  length = 0;

  get isFull(): boolean {
    return this.length >= RowNumbers.MAX;
  }

  /** Nothing once it is full. */
  push(row: number): void {
    if (this.isFull) return;
    if (this.length === this.#numbers.length) {
      const grown = new Float64Array(Math.min(RowNumbers.MAX, this.length * 2));
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.length++] = row;
  }

  /** A copy of the numbers [start, end). */
  slice(start: number, end: number): Float64Array {
    return this.#numbers.slice(start, Math.min(end, this.length));
  }
}
