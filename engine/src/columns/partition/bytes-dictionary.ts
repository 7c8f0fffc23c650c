const INITIAL_SLOTS = 256;

/** Codes of byte strings: an open-addressing table, so that a lookup makes no string. Refers to the bytes it was given. */
export class BytesDictionary {
  private slots = new Int32Array(INITIAL_SLOTS).fill(-1);
  private readonly entries: {
    readonly data: Uint8Array;
    readonly start: number;
    readonly end: number;
    readonly code: number;
    readonly hash: number;
  }[] = [];

  /** The code of data[start, end), -1 if it was not added. */
  find(data: Uint8Array, start: number, end: number): number {
    const hash = hashOf(data, start, end);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot]!;
      if (index < 0) return -1;
      const entry = this.entries[index]!;
      if (entry.hash === hash && equal(entry, data, start, end)) return entry.code;
    }
  }

  /** Adds what `find` did not find. */
  add(data: Uint8Array, start: number, end: number, code: number): void {
    const hash = hashOf(data, start, end);
    this.place(hash, this.entries.push({ data, start, end, code, hash }) - 1);
    if (this.entries.length * 2 > this.slots.length) this.grow();
  }

  private place(hash: number, index: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot]! >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = index;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 4).fill(-1);
    for (const [index, entry] of this.entries.entries()) this.place(entry.hash, index);
  }
}

function equal(
  entry: { data: Uint8Array; start: number; end: number },
  data: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (entry.end - entry.start !== end - start) return false;
  for (let i = start, j = entry.start; i < end; i++, j++) if (data[i] !== entry.data[j]) return false;
  return true;
}

/** FNV-1a with its high half folded in: the table looks at the low bits. */
function hashOf(data: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ data[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
