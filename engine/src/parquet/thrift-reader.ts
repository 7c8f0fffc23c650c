import { ParquetryError } from '../core/errors.ts';
import type { ThriftStruct, ThriftValue, Wire } from './thrift.ts';
import { WIRE, wireOf } from './thrift.ts';

const MAX_DEPTH = 32; // Parquet's deepest metadata is 8 levels; keeps foreign bytes from exhausting the stack
const MAX_VARINT_BYTES = 10; // 64 bits of 7

/** What `readStruct` found, and where it ended. */
export interface ThriftRead {
  readonly value: ThriftStruct;
  readonly end: number;
}

/**
 * Reads one struct starting at `start`. Bounded by the bytes given: time and memory are linear in their number, whatever
 * they hold. Throws E_INTEGRITY on anything that is not a complete struct; `binary` values are views, not copies.
 */
export function readStruct(bytes: Uint8Array, start = 0): ThriftRead {
  const reader = new Reader(bytes, start);
  const value = reader.struct(0);
  return { value, end: reader.at };
}

/** A list of structs that is too long to be held as a tree. */
export interface ApartList {
  /** Its field in the outermost struct. */
  readonly id: number;
  /** Called for each of its structs in order, with the bytes that it was read from. */
  readonly see: (element: ThriftStruct, bytes: Uint8Array) => void;
}

/** As `readStruct`, but the structs of one list are only shown: in the answer it is empty. A tree takes 20 times its bytes. */
export function readStructApart(bytes: Uint8Array, apart: ApartList): ThriftStruct {
  return new Reader(bytes, 0, apart).struct(0);
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #apart: ApartList | undefined;
  at: number;

  constructor(bytes: Uint8Array, at: number, apart?: ApartList) {
    this.#apart = apart;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) throw broken(`at most ${MAX_DEPTH} levels`, this.at);
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return fields;
      const delta = head >> 4;
      id = delta === 0 ? this.#int() : id + delta;
      const wire = (head & 15) as Wire;
      const isApart = depth === 0 && id === this.#apart?.id && wire === WIRE.list;
      fields.set(id, isApart ? this.#list(1, this.#apart?.see) : this.#field(wire, depth));
    }
  }

  /** In a field a bool's type is its value; in a list it takes a byte. */
  #field(wire: Wire, depth: number): ThriftValue {
    if (wire === WIRE.true || wire === WIRE.false) return { kind: 'bool', value: wire === WIRE.true };
    return this.#value(wire, depth);
  }

  #value(wire: Wire, depth: number): ThriftValue {
    switch (wire) {
      case WIRE.true:
      case WIRE.false:
        return { kind: 'bool', value: this.#byte() === 1 };
      case WIRE.i8:
        return { kind: 'i8', value: (this.#byte() << 24) >> 24 };
      case WIRE.i16:
        return { kind: 'i16', value: this.#int() };
      case WIRE.i32:
        return { kind: 'i32', value: this.#int() };
      case WIRE.i64:
        return { kind: 'i64', value: this.#long() };
      case WIRE.double:
        return { kind: 'double', value: this.#double() };
      case WIRE.binary:
        return { kind: 'binary', value: this.#binary() };
      case WIRE.list:
        return this.#list(depth + 1);
      case WIRE.struct:
        return { kind: 'struct', value: this.struct(depth + 1) };
      default:
        // Parquet's metadata has neither sets nor maps.
        throw broken(`a known type, got ${wire}`, this.at);
    }
  }

  #list(depth: number, see?: ApartList['see']): ThriftValue {
    if (depth > MAX_DEPTH) throw broken(`at most ${MAX_DEPTH} levels`, this.at);
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#size() : head >> 4;
    const wire = (head & 15) as Wire;
    // Every element takes at least a byte, so a size beyond the bytes left is a lie.
    if (size > this.#bytes.length - this.at) throw broken(`a list within the bytes, got ${size} elements`, this.at);
    const value: ThriftValue[] = [];
    if (see && wire === WIRE.struct) this.#show(size, depth, see);
    else for (let i = 0; i < size; i++) value.push(this.#value(wire, depth));
    return { kind: 'list', of: kindOf(wire, this.at), value };
  }

  #show(size: number, depth: number, see: ApartList['see']): void {
    for (let i = 0; i < size; i++) {
      const start = this.at;
      const element = this.struct(depth + 1);
      see(element, this.#bytes.subarray(start, this.at));
    }
  }

  #binary(): Uint8Array {
    const size = this.#size();
    const end = this.at + size;
    if (end > this.#bytes.length) throw broken(`a binary within the bytes, got ${size} bytes`, this.at);
    const value = this.#bytes.subarray(this.at, end);
    this.at = end;
    return value;
  }

  #double(): number {
    if (this.at + 8 > this.#bytes.length) throw broken('8 bytes of a double', this.at);
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  #byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw broken('more bytes', this.at);
    this.at++;
    return byte;
  }

  /** A varint that fits 32 bits, unsigned. */
  #size(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw broken('a 32-bit integer', this.at);
  }

  #int(): number {
    const value = this.#size() >>> 0;
    return (value >>> 1) ^ -(value & 1);
  }

  #long(): bigint {
    let [low, scale] = [0, 1];
    // Seven bytes are 49 bits: most values end here, exact in a double and without a bigint for each byte.
    for (let i = 0; i < 7; i++, scale *= 128) {
      const byte = this.#byte();
      low += (byte & 127) * scale;
      if (byte < 128) return unzigzag(BigInt(low));
    }
    let value = BigInt(low);
    for (let i = 7; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return unzigzag(BigInt.asUintN(64, value));
    }
    throw broken('a 64-bit integer', this.at);
  }
}

const KINDS: readonly ThriftValue['kind'][] = ['bool', 'i8', 'i16', 'i32', 'i64', 'double', 'binary', 'list', 'struct'];

function kindOf(wire: Wire, at: number): ThriftValue['kind'] {
  // An empty list may say 0, or either bool.
  if (wire === WIRE.false || wire === 0) return 'bool';
  return KINDS.find((kind) => wireOf(kind) === wire) ?? unknownKind(wire, at);
}

function unknownKind(wire: Wire, at: number): never {
  throw broken(`a list of a known type, got ${wire}`, at);
}

function unzigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

function broken(wanted: string, at: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `Parquet metadata must have ${wanted}, at byte ${at}`, {
    hint: 'The file is damaged or not a Parquet file.',
    details: { at },
  });
}
