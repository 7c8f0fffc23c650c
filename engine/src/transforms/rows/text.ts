import type { Column } from '../../columns/column.ts';
import { NullableReader } from './reader.ts';

/** Rows of a block: 2^6. Enough to make the call for a block cheap; few, because a string keeps its block alive. */
const BLOCK_SHIFT = 6;
const BLOCK_ROWS = 1 << BLOCK_SHIFT;

/**
 * Strings. Decoded a block of rows at a time and cut: half the time of decoding value by value. V8 makes such a cut a
 * reference into the block's text, so a string that user code keeps holds on to its block: some kilobytes, not a chunk.
 */
export class TextReader extends NullableReader {
  private offsets: Int32Array = new Int32Array();
  private bytes: Buffer = Buffer.alloc(0);
  private length = 0;
  /** The block that is decoded; -1 for none. */
  private block = -1;
  private text = '';
  /** Where each value of the block starts in `text`, and the last one ends; undefined if bytes cannot be told apart. */
  private starts: Int32Array | undefined;
  private readonly ownStarts = new Int32Array(BLOCK_ROWS + 1);

  protected override bindValues({ data, offsets, length }: Column): void {
    this.offsets = offsets!;
    this.bytes = Buffer.from(data!.buffer, data!.byteOffset, data!.length);
    this.length = length;
    this.block = -1;
  }

  override valueAt(row: number): string {
    const block = row >> BLOCK_SHIFT;
    if (block !== this.block) this.decode(block);
    const { starts } = this;
    if (starts === undefined) return this.bytes.toString('utf8', this.offsets[row], this.offsets[row + 1]);
    const i = row & (BLOCK_ROWS - 1);
    return this.text.slice(starts[i], starts[i + 1]);
  }

  private decode(block: number): void {
    const first = block << BLOCK_SHIFT;
    const count = Math.min(BLOCK_ROWS, this.length - first);
    const base = this.offsets[first]!;
    const end = this.offsets[first + count]!;
    const { ownStarts: starts, offsets } = this;
    this.block = block;
    this.text = this.bytes.toString('utf8', base, end);
    const ascii = this.text.length === end - base;
    if (ascii) for (let i = 0; i <= count; i++) starts[i] = offsets[first + i]! - base;
    // Bytes that are no UTF-8 become U+FFFD, a number of them that is not worth telling: such a block is not cut.
    this.starts = ascii || this.countUnits(first, count) === this.text.length ? starts : undefined;
  }

  /** Fills `ownStarts` with positions in UTF-16 and answers the last. */
  private countUnits(first: number, count: number): number {
    const { ownStarts: starts, offsets, bytes } = this;
    let units = 0;
    for (let i = 0; i < count; i++) {
      starts[i] = units;
      for (let at = offsets[first + i]!; at < offsets[first + i + 1]!; at++) {
        const byte = bytes[at]!;
        if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1; // four bytes make a surrogate pair
      }
    }
    starts[count] = units;
    return units;
  }
}

/** json where it cannot be lazy, as in a list: parsed at once. */
export class JsonReader extends NullableReader {
  /** For the rows' own fields, which parse it when they are first looked at. */
  readonly source = new TextReader();

  override bind(column: Column): void {
    super.bind(column);
    this.source.bind(column);
  }

  protected override bindValues(): void {}

  protected override valueAt(row: number): unknown {
    return JSON.parse(this.source.valueAt(row));
  }
}
