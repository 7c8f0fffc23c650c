import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import { CLOSE_OBJECT, COMMA, OPEN_OBJECT } from './ascii.ts';
import { skipNested } from './skip.ts';
import { textOf } from './string.ts';

/** Names beyond this many are counted together: a map with keys for ids must not eat the memory. */
const MAX_NAMES = 1000;
const OTHERS = '*';

/** Counts the keys no field has and, if asked, keeps the top-level ones of a record as the text of one object. */
export class UnknownKeys {
  private counts = new Map<string, number>();
  /** Start and end of each kept `"key":value`, one after the other. */
  private readonly members: number[] = [];
  private readonly rest: BytesBuilder | undefined;
  /** Told of each key that is counted, and of the number of names there are then. */
  onCount: ((prefix: string, key: string, names: number) => void) | undefined;

  constructor(rest: BytesBuilder | undefined) {
    this.rest = rest;
  }

  /** Position after the value at `at`, whose key stands at `keyAt`; `prefix` is the path of the object it is in. */
  skip(bytes: Buffer, prefix: string, keyAt: number, at: number): number {
    this.count(prefix, textOf(bytes, keyAt)!);
    const next = skipNested(bytes, at);
    if (prefix === '' && this.rest) this.members.push(keyAt, next);
    return next;
  }

  private count(prefix: string, key: string): void {
    const name = prefix + key;
    const count = this.counts.get(name);
    if (count !== undefined || this.counts.size < MAX_NAMES) this.counts.set(name, (count ?? 0) + 1);
    else this.counts.set(OTHERS, (this.counts.get(OTHERS) ?? 0) + 1);
    this.onCount?.(prefix, key, this.counts.size);
  }

  /** Called before each record: what a bad record left is not the next one's. */
  beginRecord(): void {
    if (this.members.length > 0) this.members.length = 0;
  }

  /** Appends what the record had too much: `{"key":value,…}` in its own bytes, null if nothing. */
  endRecord(bytes: Buffer): void {
    const { rest, members } = this;
    if (rest === undefined) return;
    if (members.length === 0) {
      rest.appendNull();
      return;
    }
    let to = rest.offsets[rest.length]!;
    for (let i = 0; i < members.length; i += 2) {
      const [start, end] = [members[i]!, members[i + 1]!];
      rest.reserve(to + end - start + 2);
      rest.data[to++] = i === 0 ? OPEN_OBJECT : COMMA;
      to += bytes.copy(rest.data, to, start, end);
    }
    rest.data[to++] = CLOSE_OBJECT;
    rest.endSpan(to);
  }

  /** The counts since the last take. */
  take(): ReadonlyMap<string, number> {
    const { counts } = this;
    this.counts = new Map();
    return counts;
  }
}
