/** The numbers 0, 1, 2, …, in memory that is kept from batch to batch. */
export class RowNumbers {
  private numbers = new Int32Array();

  upTo(length: number): Int32Array {
    if (this.numbers.length < length) this.numbers = Int32Array.from({ length }, (_, row) => row);
    return this.numbers.subarray(0, length);
  }
}
