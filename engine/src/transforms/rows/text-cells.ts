import { isAscii } from 'node:buffer';
import type { Column, Dictionary } from '../../columns/column.ts';
import { jsonValue } from './lazy-json.ts';

/** Rows of a block: 2^6. Enough to make the call for a block cheap; few, because a string keeps its block alive. */
const BLOCK_SHIFT = 6;
const BLOCK_ROWS = 1 << BLOCK_SHIFT;
/** The bits of four bytes that are not set in ASCII. */
const NOT_ASCII = 0x80808080 | 0;
const QUOTE = 0x22;
/** What no JSON string has that stands for its characters as they are, beside its quotes. */
const ESCAPE = /[\\\0-\x1f]/g;

/**
 * The strings of a column. Where there is a dictionary, those of its entries; else a block of rows is decoded at a time and
 * cut. V8 makes such a cut a reference into the block's text, so a string that user code keeps holds on to its block: some
 * kilobytes, not a chunk.
 */
export class TextCells {
  /** Where the column has a dictionary: the code of each row, and the texts, for generated code, which does not call for them. */
  codes: Int32Array | undefined;
  texts: string[] = [];
  /** The block that is decoded, -1 for none, and where each of its values starts, and the last one ends. */
  private block = -1;
  private text = '';
  private readonly starts = new Int32Array(BLOCK_ROWS + 1);
  /** Of the block's text: up to where, from `searched` on, there is no escape. */
  private escape = -1;
  private searched = 0;
  private dictionary: Dictionary | undefined;
  private bytes: Buffer = Buffer.alloc(0);
  private offsets: Int32Array = new Int32Array();
  private length = 0;
  private view = new DataView(this.bytes.buffer);
  private ascii = false;

  bind(column: Column): void {
    const { codes, dictionary, data, offsets, length } = column;
    this.block = -1;
    this.length = length;
    this.codes = dictionary && codes;
    if (dictionary && codes) {
      this.learn(dictionary);
      return;
    }
    this.offsets = offsets!;
    this.bytes = Buffer.from(data!.buffer, data!.byteOffset, data!.byteLength);
    this.view = new DataView(data!.buffer, data!.byteOffset, data!.byteLength);
    this.ascii = isAscii(this.bytes.subarray(offsets![0], offsets![length]));
  }

  /** The text of a cell that is not null, of a column without a dictionary. */
  at(row: number): string {
    if (row >> BLOCK_SHIFT !== this.block) this.decode(row >> BLOCK_SHIFT);
    const i = row & (BLOCK_ROWS - 1);
    return this.text.substring(this.starts[i]!, this.starts[i + 1]!);
  }

  /** What user code sees of a cell of JSON that is not null. Most strings are cut without a look at each of them. */
  jsonAt(row: number): unknown {
    if (this.codes) return jsonValue(this.texts[this.codes[row]!]!);
    if (row >> BLOCK_SHIFT !== this.block) this.decode(row >> BLOCK_SHIFT);
    const i = row & (BLOCK_ROWS - 1);
    const [start, end] = [this.starts[i]!, this.starts[i + 1]!];
    const { text } = this;
    const isPlain =
      text.charCodeAt(start) === QUOTE && text.indexOf('"', start + 1) === end - 1 && !this.hasEscape(start, end);
    return isPlain ? text.substring(start + 1, end - 1) : jsonValue(text.substring(start, end));
  }

  private hasEscape(start: number, end: number): boolean {
    if (start < this.searched || this.escape < start) {
      ESCAPE.lastIndex = this.searched = start;
      this.escape = ESCAPE.test(this.text) ? ESCAPE.lastIndex - 1 : this.text.length;
    }
    return this.escape < end;
  }

  private decode(block: number): void {
    this.escape = -1;
    const first = block << BLOCK_SHIFT;
    const count = Math.min(BLOCK_ROWS, this.length - first);
    this.block = block;
    const { ascii, bytes, offsets } = this;
    if (ascii || isAscii(bytes.subarray(offsets[first], offsets[first + count]))) this.cutAscii(first, count);
    else this.cutUnicode(first, count);
  }

  private learn(dictionary: Dictionary): void {
    if (dictionary !== this.dictionary) this.texts = [];
    this.dictionary = dictionary;
    for (let code = this.texts.length; code < dictionary.size; code++) this.texts.push(dictionary.text(code));
  }

  /** Bytes are characters, and offsets their positions. */
  private cutAscii(first: number, count: number): void {
    const { offsets, starts } = this;
    const base = offsets[first]!;
    this.text = this.bytes.toString('latin1', base, offsets[first + count]);
    for (let i = 0; i <= count; i++) starts[i] = offsets[first + i]! - base;
  }

  private cutUnicode(first: number, count: number): void {
    const { offsets, starts, bytes } = this;
    this.text = bytes.toString('utf8', offsets[first], offsets[first + count]);
    let units = 0;
    for (let i = 0; i < count; i++) {
      starts[i] = units;
      units += utf16Units(this.view, offsets[first + i]!, offsets[first + i + 1]!);
    }
    starts[count] = units;
    // Bytes that are no UTF-8 become U+FFFD, a number of them that is not worth telling: such values are decoded one by one.
    if (units !== this.text.length) this.joinValues(first, count);
  }

  private joinValues(first: number, count: number): void {
    const { offsets, starts, bytes } = this;
    this.text = '';
    for (let i = 0; i < count; i++) {
      this.text += bytes.toString('utf8', offsets[first + i], offsets[first + i + 1]);
      starts[i + 1] = this.text.length;
    }
  }
}

/** How many UTF-16 units the UTF-8 from `at` to `end` makes. */
function utf16Units(view: DataView, at: number, end: number): number {
  let units = end - at;
  while (at < end) {
    if (at + 4 <= end && (view.getInt32(at, true) & NOT_ASCII) === 0) {
      at += 4;
      continue;
    }
    const byte = view.getUint8(at++);
    if ((byte & 0xc0) === 0x80) units--;
    else if (byte >= 0xf0) units++; // four bytes make a surrogate pair
  }
  return units;
}
