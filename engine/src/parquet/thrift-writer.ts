import type { ThriftStruct, ThriftValue } from './thrift.ts';
import { WIRE, wireOf } from './thrift.ts';

/** The bytes of a struct. Fields are written in ascending order of id. */
export function writeStruct(value: ThriftStruct): Uint8Array {
  const writer = new Writer();
  writer.struct(value);
  return writer.bytes();
}

class Writer {
  #buffer = new Uint8Array(1024);
  #at = 0;

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#at);
  }

  struct(fields: ThriftStruct): void {
    let last = 0;
    for (const [id, field] of [...fields].sort(([a], [b]) => a - b)) {
      const wire = field.kind === 'bool' && !field.value ? WIRE.false : wireOf(field.kind);
      const delta = id - last;
      if (delta > 0 && delta < 16) this.#byte((delta << 4) | wire);
      else {
        this.#byte(wire);
        this.#int(id);
      }
      if (field.kind !== 'bool') this.#value(field);
      last = id;
    }
    this.#byte(0);
  }

  #value(field: ThriftValue): void {
    switch (field.kind) {
      case 'bool':
        this.#byte(field.value ? WIRE.true : WIRE.false);
        break;
      case 'i8':
        this.#byte(field.value & 255);
        break;
      case 'i16':
      case 'i32':
        this.#int(field.value);
        break;
      case 'i64':
        this.#varint(BigInt.asUintN(64, (field.value << 1n) ^ (field.value >> 63n)));
        break;
      case 'double':
        this.#append(new Uint8Array(Float64Array.of(field.value).buffer));
        break;
      case 'binary':
        this.#size(field.value.length);
        this.#append(field.value);
        break;
      case 'list':
        this.#list(field.of, field.value);
        break;
      case 'struct':
        this.struct(field.value);
    }
  }

  #list(of: ThriftValue['kind'], values: readonly ThriftValue[]): void {
    const wire = wireOf(of);
    if (values.length < 15) this.#byte((values.length << 4) | wire);
    else {
      this.#byte(0xf0 | wire);
      this.#size(values.length);
    }
    for (const value of values) this.#value(value);
  }

  #int(value: number): void {
    this.#size(((value << 1) ^ (value >> 31)) >>> 0);
  }

  #size(value: number): void {
    for (; value > 127; value = Math.floor(value / 128)) this.#byte((value & 127) | 128);
    this.#byte(value);
  }

  #varint(value: bigint): void {
    for (; value > 0xffffffffn; value >>= 7n) this.#byte(Number(value & 127n) | 128);
    this.#size(Number(value));
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = byte;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#at + more));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}
