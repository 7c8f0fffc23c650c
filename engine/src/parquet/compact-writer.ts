import { WIRE, type Wire } from './thrift.ts';

const MAX_DEPTH = 16;
/** A field's type and id, and a varint: its value, its length, or its size behind the type of its elements. */
const MAX_HEAD_BYTES = 16;
/** Up to this length a loop beats a call of `set`. */
const SHORT = 48;

/**
 * Thrift's compact protocol, written field by field into one buffer that is used again: for metadata of every page, of which
 * `writeStruct` would make trees. Ids ascend within a struct. See thrift.ts for the layout.
 */
export class CompactWriter {
  #buffer = new Uint8Array(4096);
  #at = 0;
  /** Of the last field of the struct that is written. */
  #lastId = 0;
  /** The same of those around it. */
  readonly #outerIds = new Int32Array(MAX_DEPTH);
  #depth = 1;

  /** What was written; valid until the next call. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  get length(): number {
    return this.#at;
  }

  /** Starts anew, with the fields of a struct, which `end` closes. */
  start(): void {
    this.#at = 0;
    this.#depth = 1;
    this.#lastId = 0;
  }

  /** Copies what was written. */
  copyTo(target: Uint8Array, at: number): void {
    const [buffer, size] = [this.#buffer, this.#at];
    if (size > SHORT) target.set(this.bytes, at);
    else for (let i = 0; i < size; i++) target[at + i] = buffer[i]!;
  }

  bool(id: number, value: boolean): void {
    this.#field(id, value ? WIRE.true : WIRE.false);
  }

  /** A number that is not negative. */
  i16(id: number, value: number): void {
    this.#number(id, WIRE.i16, value * 2);
  }

  /** Four bytes as they are, least significant first: no part of the protocol. */
  u32(value: number): void {
    this.#reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.#byte(value >>> shift);
  }

  i32(id: number, value: number): void {
    this.#number(id, WIRE.i32, ((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A number that is not negative. */
  i64(id: number, value: number): void {
    this.#number(id, WIRE.i64, value * 2);
  }

  binary(id: number, value: Uint8Array): void {
    this.#field(id, WIRE.binary);
    this.element(value);
  }

  /** A field whose value is in the wire's form already: bytes `start` up to `end` of `source`. */
  encoded(id: number, wire: Wire, source: Uint8Array, start = 0, end = source.length): void {
    this.#field(id, wire);
    this.raw(source, start, end);
  }

  /** Bytes that are none of the writer's business. */
  raw(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.#reserve(size);
    const [buffer, at] = [this.#buffer, this.#at];
    if (size < SHORT) for (let i = 0; i < size; i++) buffer[at + i] = source[start + i]!;
    else buffer.set(size === source.length ? source : source.subarray(start, end), at);
    this.#at += size;
  }

  /** A struct as a field; `end` closes it. */
  struct(id: number): void {
    this.#field(id, WIRE.struct);
    this.open();
  }

  /** A struct as an element of a list; `end` closes it. */
  open(): void {
    this.resume(0);
  }

  /** Into a struct whose fields up to number `id` were written as `raw` bytes; `end` closes it. */
  resume(id: number): void {
    this.#outerIds[this.#depth++] = this.#lastId;
    this.#lastId = id;
  }

  end(): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = 0;
    this.#lastId = this.#outerIds[--this.#depth]!;
  }

  /** A list as a field; its elements follow. */
  list(id: number, of: Wire, size: number): void {
    this.#field(id, WIRE.list);
    if (size < 15) this.#byte((size << 4) | of);
    else {
      this.#byte(0xf0 | of);
      this.#varint(size);
    }
  }

  /** A binary as an element of a list. */
  element(value: Uint8Array): void {
    this.#reserve(MAX_HEAD_BYTES);
    this.#varint(value.length);
    this.raw(value);
  }

  /** What another writer wrote, as a binary that is an element of a list. */
  elementOf(other: CompactWriter): void {
    this.#reserve(MAX_HEAD_BYTES);
    this.#varint(other.#at);
    this.raw(other.#buffer, 0, other.#at);
  }

  boolElement(value: boolean): void {
    this.#reserve(1);
    this.#byte(value ? WIRE.true : WIRE.false);
  }

  /** A number, not negative, as an element of a list of i32 or i64. */
  numberElement(value: number): void {
    this.#reserve(MAX_HEAD_BYTES);
    this.#varint(value * 2);
  }

  /** A field that is a number, as the wire has it. */
  #number(id: number, wire: Wire, value: number): void {
    this.#field(id, wire);
    this.#varint(value);
  }

  /** Its head; there is room for a number behind it. */
  #field(id: number, wire: Wire): void {
    this.#reserve(MAX_HEAD_BYTES);
    const delta = id - this.#lastId;
    this.#lastId = id;
    if (delta > 0 && delta < 16) this.#byte((delta << 4) | wire);
    else {
      this.#byte(wire);
      this.#varint(id * 2);
    }
  }

  /** The caller has reserved room, as for a byte. */
  #varint(value: number): void {
    const buffer = this.#buffer;
    let at = this.#at;
    // Most values are small integers: no division for them.
    for (; value > 127 && value < 0x40000000; value >>>= 7) buffer[at++] = (value & 127) | 128;
    for (; value > 127; value = Math.floor(value / 128)) buffer[at++] = (value % 128) | 128;
    buffer[at] = value;
    this.#at = at + 1;
  }

  /** The caller has reserved room. */
  #byte(byte: number): void {
    this.#buffer[this.#at++] = byte;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#at + more));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}
