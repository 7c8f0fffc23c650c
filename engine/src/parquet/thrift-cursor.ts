import { ParquetryError } from '../core/errors.ts';
import { WIRE, type Wire } from './thrift.ts';

const MAX_DEPTH = 32; // as thrift-reader.ts
const MAX_VARINT_BYTES = 10;

/**
 * Walks a struct of Thrift's compact protocol field by field without making a tree of it. Bounded as `readStruct` is, and
 * throws E_INTEGRITY on anything that is not complete.
 *
 *   cursor.enter();
 *   while (cursor.next()) if (cursor.id === 3) rows = cursor.number(); else cursor.skip();
 */
export class ThriftCursor {
  readonly bytes: Uint8Array;
  at: number;
  /** Of the field whose value is next, within its struct. */
  id = 0;
  wire: Wire = WIRE.struct;
  /** The ids around it; room for what files have, so that it need not grow. */
  readonly #outerIds = [0, 0, 0, 0, 0, 0];
  #depth = 0;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Into the struct that is next. */
  enter(): void {
    this.#outerIds[this.#deeper(this.#depth++)] = this.id;
    this.id = 0;
  }

  /** To the next field; false at the struct's end, which is left. Each field's value has to be read or skipped. */
  next(): boolean {
    const head = this.#byte();
    if (head === 0) {
      this.id = this.#outerIds[--this.#depth]!;
      return false;
    }
    const delta = head >> 4;
    this.wire = (head & 15) as Wire;
    this.id = delta === 0 ? this.#integer() : this.id + delta;
    return true;
  }

  /** The field's integer. */
  number(): number {
    if (this.wire !== WIRE.i16 && this.wire !== WIRE.i32 && this.wire !== WIRE.i64) throw this.#broken('an integer');
    return this.#integer();
  }

  /** Into the field's list: how many elements of which type follow. */
  list(): { readonly size: number; readonly of: Wire } {
    if (this.wire !== WIRE.list) throw this.#broken('a list');
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every element takes at least a byte, so a size beyond the bytes left is a lie.
    if (size > this.bytes.length - this.at) throw this.#broken(`a list within the bytes, got ${size} elements`);
    return { size, of: (head & 15) as Wire };
  }

  /** Into the field's list of structs: how many follow. */
  structs(): number {
    const { size, of } = this.list();
    if (size > 0 && of !== WIRE.struct) throw this.#broken('a list of structs');
    return size;
  }

  /** Past a binary, which is an element of a list: its bytes end at `at`. Answers their number. */
  binary(): number {
    const size = this.#varint();
    if (size > this.bytes.length - this.at) throw this.#broken(`a binary within the bytes, got ${size} bytes`);
    this.at += size;
    return size;
  }

  /** Past the field's value. */
  skip(): void {
    if (this.wire !== WIRE.true && this.wire !== WIRE.false) this.#skip(this.wire, this.#depth);
  }

  /** Past a value that lies so many levels deep. */
  #skip(wire: Wire, depth: number): void {
    switch (wire) {
      case WIRE.true:
      case WIRE.false:
      case WIRE.i8:
        this.#byte();
        break;
      case WIRE.i16:
      case WIRE.i32:
      case WIRE.i64:
        this.#varint();
        break;
      case WIRE.double:
        this.at += 8;
        break;
      case WIRE.binary:
        this.binary();
        break;
      case WIRE.list:
        this.#skipList(depth);
        break;
      case WIRE.struct:
        this.#skipStruct(depth);
        break;
      default:
        throw this.#broken(`a known type, got ${wire}`);
    }
  }

  /** A level as a struct is: each that lies in another one takes room on the stack. */
  #skipList(depth: number): void {
    this.wire = WIRE.list;
    const { size, of } = this.list();
    const inner = this.#deeper(depth) + 1;
    for (let i = 0; i < size; i++) this.#skip(of, inner);
  }

  #skipStruct(depth: number): void {
    const inner = this.#deeper(depth) + 1;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      if (head < 16) this.#varint(); // the field's id
      const wire = (head & 15) as Wire;
      if (wire !== WIRE.true && wire !== WIRE.false) this.#skip(wire, inner);
    }
  }

  /** A level that may have another one in it. */
  #deeper(depth: number): number {
    if (depth > MAX_DEPTH) throw this.#broken(`at most ${MAX_DEPTH} levels`);
    return depth;
  }

  #byte(): number {
    if (this.at >= this.bytes.length) throw this.#broken('more bytes'); // an undefined byte would make numbers objects
    return this.bytes[this.at++]!;
  }

  #varint(): number {
    const first = this.#byte();
    if (first < 128) return first;
    let value = first & 127;
    let scale = 128;
    for (let i = 1; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw this.#broken('a 64-bit integer');
  }

  /** Exact as far as doubles are; offsets and counts of files are. */
  #integer(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #broken(wanted: string): ParquetryError {
    return new ParquetryError('E_INTEGRITY', `Parquet metadata must have ${wanted}, at byte ${this.at}`, {
      hint: 'The file is damaged or not a Parquet file.',
      details: { at: this.at },
    });
  }
}
