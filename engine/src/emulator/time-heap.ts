/**
 * A binary min-heap of values by time. There is no removal from the middle: owners leave stale entries behind, recognise
 * them when they surface, and call `retain` once most of the heap is stale, which keeps every operation O(log n)
 * amortised. Times live in an array of their own, so an entry costs two slots and no object.
 */
export class TimeHeap<T> {
  #times: number[] = [];
  #values: T[] = [];

  get size(): number {
    return this.#times.length;
  }

  /** The earliest time, or Infinity when empty. */
  get earliestMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The value with the earliest time; undefined when empty. */
  get earliest(): T | undefined {
    return this.#values[0];
  }

  /** Times mostly come in rising order (a fixed timeout after now), where this costs one comparison. */
  push(timeMs: number, value: T): void {
    this.#times.push(timeMs);
    this.#values.push(value);
    this.#siftUp(this.#times.length - 1);
  }

  /** Removes and returns the value with the earliest time; undefined when empty. */
  pop(): T | undefined {
    const first = this.#values[0];
    const lastTimeMs = this.#times.pop();
    const lastValue = this.#values.pop();
    if (this.#times.length > 0) {
      this.#times[0] = lastTimeMs!;
      this.#values[0] = lastValue!;
      this.#siftDown(0);
    }
    return first;
  }

  /** Keeps the entries that `isLive` approves; O(n). */
  retain(isLive: (value: T, timeMs: number) => boolean): void {
    const times = this.#times;
    const values = this.#values;
    let kept = 0;
    for (let i = 0; i < times.length; i++) {
      if (!isLive(values[i]!, times[i]!)) continue;
      times[kept] = times[i]!;
      values[kept] = values[i]!;
      kept++;
    }
    times.length = kept;
    values.length = kept;
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  clear(): void {
    this.#times = [];
    this.#values = [];
  }

  #siftUp(index: number): void {
    const times = this.#times;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (times[parent]! <= times[index]!) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(index: number): void {
    const times = this.#times;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= times.length) return;
      if (child + 1 < times.length && times[child + 1]! < times[child]!) child++;
      if (times[index]! <= times[child]!) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #swap(a: number, b: number): void {
    const timeMs = this.#times[a]!;
    this.#times[a] = this.#times[b]!;
    this.#times[b] = timeMs;
    const value = this.#values[a]!;
    this.#values[a] = this.#values[b]!;
    this.#values[b] = value;
  }
}
