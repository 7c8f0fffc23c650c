/** Splits happen above this; a chunk is then small enough to splice and the list of chunks short enough to search. */
const MAX_CHUNK_KEYS = 512;

/**
 * Order of keys as S3 lists them: by their UTF-8 bytes. UTF-16 code units sort alike except that surrogates
 * (U+10000 and above) come before U+E000-U+FFFF, which the shift corrects.
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return utf8Rank(x) - utf8Rank(y);
  }
  return a.length - b.length;
}

function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Says whether a key lies before the place a walk begins; true for a prefix of the order, false for the rest. */
export type Bound = (key: string) => boolean;

/** Begins at `key` or the first one after it. */
export function atOrAfter(key: string): Bound {
  return (candidate) => compareKeys(candidate, key) < 0;
}

/** Begins at the first key after `key`. */
export function strictlyAfter(key: string): Bound {
  return (candidate) => compareKeys(candidate, key) <= 0;
}

/** Begins at the first key after all those which start with `prefix`. */
export function pastPrefix(prefix: string): Bound {
  return (candidate) => candidate.startsWith(prefix) || compareKeys(candidate, prefix) < 0;
}

/**
 * A map in key order: a hash map for lookups and an array of sorted chunks for walks. Inserting or removing one of a
 * million keys costs two binary searches and one splice of at most `MAX_CHUNK_KEYS`.
 */
export class SortedMap<V> {
  readonly #values = new Map<string, V>();
  readonly #chunks: string[][] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    const at = this.#chunkFor(atOrAfter(key));
    const chunk = this.#chunks[at]!;
    chunk.splice(partition(chunk, atOrAfter(key)), 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    return true;
  }

  /** Entries from a bound on, in key order. The map must not change during the walk. */
  *from(bound: Bound): Generator<readonly [key: string, value: V]> {
    let at = this.#chunkFor(bound);
    let index = at < this.#chunks.length ? partition(this.#chunks[at]!, bound) : 0;
    for (; at < this.#chunks.length; at++, index = 0) {
      const chunk = this.#chunks[at]!;
      for (; index < chunk.length; index++) yield [chunk[index]!, this.#values.get(chunk[index]!)!];
    }
  }

  /** The first chunk whose last key is not before the bound. */
  #chunkFor(bound: Bound): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bound(this.#chunks[middle]!.at(-1)!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(key: string): void {
    if (this.#chunks.length === 0) {
      this.#chunks.push([key]);
      return;
    }
    const at = Math.min(this.#chunkFor(atOrAfter(key)), this.#chunks.length - 1);
    const chunk = this.#chunks[at]!;
    chunk.splice(partition(chunk, atOrAfter(key)), 0, key);
    if (chunk.length > MAX_CHUNK_KEYS) this.#split(at);
  }

  // Keys often arrive in order (dates, counters): the last chunk is split off nearly full instead of in half.
  #split(at: number): void {
    const chunk = this.#chunks[at]!;
    const isLast = at === this.#chunks.length - 1;
    const cut = isLast ? chunk.length - (chunk.length >>> 3) : chunk.length >>> 1;
    this.#chunks.splice(at + 1, 0, chunk.splice(cut));
  }
}

/** The index of the first key that is not before the bound. */
function partition(keys: readonly string[], bound: Bound): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bound(keys[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
