/** Small, because a FIFO queue has one deque for each message group. */
const INITIAL_CAPACITY = 4;

/** A double-ended queue on a ring buffer whose capacity is a power of two; every end operation is O(1) amortised. */
export class Deque<T> {
  #ring: (T | undefined)[] = new Array(INITIAL_CAPACITY);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#size === 0 ? undefined : this.#ring[this.#head];
  }

  get last(): T | undefined {
    return this.#size === 0 ? undefined : this.#ring[(this.#head + this.#size - 1) & (this.#ring.length - 1)];
  }

  push(value: T): void {
    if (this.#size === this.#ring.length) this.#resize(this.#size * 2);
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = value;
    this.#size++;
  }

  unshift(value: T): void {
    if (this.#size === this.#ring.length) this.#resize(this.#size * 2);
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = value;
    this.#size++;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const value = this.#ring[this.#head];
    this.#ring[this.#head] = undefined; // the ring must not keep a message alive
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size--;
    // A backlog that was worked off gives its memory back; a quarter, so that growing and shrinking do not alternate.
    if (this.#ring.length > INITIAL_CAPACITY && this.#size * 4 < this.#ring.length) this.#resize(this.#ring.length / 2);
    return value;
  }

  clear(): void {
    this.#ring = new Array(INITIAL_CAPACITY);
    this.#head = 0;
    this.#size = 0;
  }

  #resize(capacity: number): void {
    const ring = new Array<T | undefined>(capacity);
    for (let i = 0; i < this.#size; i++) ring[i] = this.#ring[(this.#head + i) & (this.#ring.length - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}
