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
  readonly #lastIds = new Int32Array(MAX_DEPTH);
  #depth = 0;

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
    this.#depth = 0;
    this.#lastIds[0] = 0;
  }

  /** Copies what was written. */
  copyTo(target: Uint8Array, at: number): void {
    if (this.#at > SHORT) target.set(this.bytes, at);
    else for (let i = 0; i < this.#at; i++) target[at + i] = this.#buffer[i]!;
  }

  bool(id: number, value: boolean): void {
    this.#field(id, value ? WIRE.true : WIRE.false);
  }

  /** A number that is not negative. */
  i16(id: number, value: number): void {
    this.#field(id, WIRE.i16);
    this.#varint(value * 2);
  }

  /** Four bytes as they are, least significant first: no part of the protocol. */
  u32(value: number): void {
    this.#reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.#byte(value >>> shift);
  }

  i32(id: number, value: number): void {
    this.#field(id, WIRE.i32);
    this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A number that is not negative. */
  i64(id: number, value: number): void {
    this.#field(id, WIRE.i64);
    this.#varint(value * 2);
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
    if (size < SHORT) for (let i = 0; i < size; i++) this.#buffer[this.#at + i] = source[start + i]!;
    else this.#buffer.set(size === source.length ? source : source.subarray(start, end), this.#at);
    this.#at += size;
  }

  /** A struct as a field; `end` closes it. */
  struct(id: number): void {
    this.#field(id, WIRE.struct);
    this.open();
  }

  /** A struct as an element of a list; `end` closes it. */
  open(): void {
    this.#lastIds[++this.#depth] = 0;
  }

  end(): void {
    this.#reserve(1);
    this.#byte(0);
    this.#depth--;
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

  boolElement(value: boolean): void {
    this.#reserve(1);
    this.#byte(value ? WIRE.true : WIRE.false);
  }

  /** A number, not negative, as an element of a list of i32 or i64. */
  numberElement(value: number): void {
    this.#reserve(MAX_HEAD_BYTES);
    this.#varint(value * 2);
  }

  #field(id: number, wire: Wire): void {
    this.#reserve(MAX_HEAD_BYTES);
    const delta = id - this.#lastIds[this.#depth]!;
    this.#lastIds[this.#depth] = id;
    if (delta > 0 && delta < 16) this.#byte((delta << 4) | wire);
    else {
      this.#byte(wire);
      this.#varint(id * 2);
    }
  }

  #varint(value: number): void {
    // Most values are small integers: no division for them.
    for (; value > 127 && value < 0x40000000; value >>>= 7) this.#byte((value & 127) | 128);
    while (value > 127) {
      this.#byte((value % 128) | 128);
      value = Math.floor(value / 128);
    }
    this.#byte(value);
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
