import { bytesForBits, countZeros } from '../columns/bitmap.ts';
import { ParquetryError } from '../core/errors.ts';
import type { ColumnMemory } from './arena.ts';

/** What an array of Arrow's C data interface holds, as far as a Parquet decoder makes it without annotations. */
export type Physical =
  | { readonly kind: 'bool' | 'int32' | 'int64' | 'float' | 'double' | 'bytes' }
  | { readonly kind: 'fixed'; readonly width: number }
  | { readonly kind: 'list'; readonly element: Physical }
  | { readonly kind: 'struct'; readonly children: readonly Physical[] };

/** Values as a file stores them, in Arrow's layout; see `Column` for how they lie. */
export interface PhysicalColumn {
  readonly length: number;
  readonly nullCount: number;
  readonly validity?: Uint8Array;
  /** `fixed`: so many bytes a value; `bool`: a bitmap. A null slot may hold anything. */
  readonly values?: Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array;
  readonly offsets?: Int32Array;
  readonly data?: Uint8Array;
  readonly children?: readonly PhysicalColumn[];
}

/** Slots of an array: a whole batch, or part of it. */
export interface Slots {
  readonly start: number;
  readonly length: number;
}

/*
 * struct ArrowArray where pointers have 32 bits (little-endian, as WebAssembly is):
 *    0 i64 length    8 i64 null_count   16 i64 offset   24 i64 n_buffers   32 i64 n_children
 *   40 ptr buffers  44 ptr children     48 ptr dictionary …
 */
const ARRAY = { offset: 16, buffers: 40, children: 44 } as const;

/** What is copied, and where to. */
export interface CopyRequest {
  readonly columns: readonly Physical[];
  readonly slots: Slots;
  readonly to: ColumnMemory;
}

/** Copies the children of the struct array at `address`: a record batch's columns. */
export function copyColumns(
  memory: ArrayBufferLike,
  address: number,
  { columns, slots, to }: CopyRequest,
): PhysicalColumn[] {
  return new Reader(memory, to).children(address, columns, slots);
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  readonly #to: ColumnMemory;

  constructor(memory: ArrayBufferLike, to: ColumnMemory) {
    this.#to = to;
    this.#bytes = new Uint8Array(memory);
    this.#view = new DataView(memory);
  }

  children(address: number, children: readonly Physical[], { start, length }: Slots): PhysicalColumn[] {
    const slots = { start: start + this.#offset(address), length };
    const at = this.#pointer(address + ARRAY.children);
    return children.map((child, i) => this.#column(this.#pointer(at + 4 * i), child, slots));
  }

  #column(address: number, physical: Physical, slots: Slots): PhysicalColumn {
    const start = slots.start + this.#offset(address);
    const { length } = slots;
    const common = { length, ...this.#validity(this.#buffer(address, 0), start, length) };
    switch (physical.kind) {
      case 'bool':
        return { ...common, values: this.#bits(this.#buffer(address, 1), start, length) };
      case 'int32':
        return { ...common, values: viewed(Int32Array, this.#values(address, 4 * start, 4 * length)) };
      case 'float':
        return { ...common, values: viewed(Float32Array, this.#values(address, 4 * start, 4 * length)) };
      case 'int64':
        return { ...common, values: viewed(BigInt64Array, this.#values(address, 8 * start, 8 * length)) };
      case 'double':
        return { ...common, values: viewed(Float64Array, this.#values(address, 8 * start, 8 * length)) };
      case 'fixed': {
        const { width } = physical;
        return { ...common, values: this.#values(address, width * start, width * length) };
      }
      case 'bytes': {
        const { offsets, first, last } = this.#offsets(address, start, length);
        return { ...common, offsets, data: this.#copied(this.#buffer(address, 2) + first, last - first) };
      }
      case 'list': {
        const { offsets, first, last } = this.#offsets(address, start, length);
        const child = this.#pointer(this.#pointer(address + ARRAY.children));
        const elements = { start: first, length: last - first };
        return { ...common, offsets, children: [this.#column(child, physical.element, elements)] };
      }
      case 'struct':
        return { ...common, children: this.children(address, physical.children, slots) };
    }
  }

  #offset(address: number): number {
    return Number(this.#view.getBigInt64(address + ARRAY.offset, true));
  }

  #pointer(at: number): number {
    return this.#view.getUint32(at, true);
  }

  #buffer(address: number, index: number): number {
    return this.#pointer(this.#pointer(address + ARRAY.buffers) + 4 * index);
  }

  #values(address: number, start: number, size: number): Uint8Array<ArrayBuffer> {
    return this.#copied(this.#buffer(address, 1) + start, size);
  }

  #copied(from: number, size: number): Uint8Array<ArrayBuffer> {
    const copy = this.#to.take(size);
    copy.set(this.#bytes.subarray(from, from + size));
    return copy;
  }

  #validity(bitmap: number, start: number, length: number): Pick<PhysicalColumn, 'nullCount' | 'validity'> {
    if (bitmap === 0) return { nullCount: 0 };
    const validity = this.#bits(bitmap, start, length);
    const nullCount = countZeros(validity, 0, length);
    return nullCount === 0 ? { nullCount } : { nullCount, validity };
  }

  /** A bitmap that starts at its first bit. */
  #bits(bitmap: number, start: number, length: number): Uint8Array {
    const [from, shift] = [bitmap + (start >> 3), start & 7];
    if (shift === 0) return this.#copied(from, bytesForBits(length));
    const source = this.#bytes.subarray(from, from + bytesForBits(shift + length));
    return Uint8Array.from(
      { length: bytesForBits(length) },
      (_, i) => (source[i]! >> shift) | ((source[i + 1] ?? 0) << (8 - shift)),
    );
  }

  /** Offsets that start at 0, and what they were of. */
  #offsets(address: number, start: number, length: number): { offsets: Int32Array; first: number; last: number } {
    const at = this.#buffer(address, 1);
    // An array without slots may do without its one offset.
    if (length === 0 || at === 0) return { offsets: new Int32Array(length + 1), first: 0, last: 0 };
    const offsets = viewed(Int32Array, this.#values(address, 4 * start, 4 * (length + 1)));
    const [first, last] = [offsets[0]!, offsets[length]!];
    if (first < 0 || last < first) throw new ParquetryError('E_INTERNAL', `offsets must ascend, got ${first}..${last}`);
    if (first > 0) for (let i = 0; i <= length; i++) offsets[i]! -= first;
    return { offsets, first, last };
  }
}

type Viewed<Values> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => Values;

function viewed<Values>(
  type: Viewed<Values> & { readonly BYTES_PER_ELEMENT: number },
  bytes: Uint8Array<ArrayBuffer>,
): Values {
  return new type(bytes.buffer, bytes.byteOffset, bytes.length / type.BYTES_PER_ELEMENT);
}
