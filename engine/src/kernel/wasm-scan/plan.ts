import type { Field, Slot, Type } from '../../core/schema.ts';
import type { Kernel } from '../kernel.ts';
import { BlockWriter } from './block-writer.ts';
import {
  COLUMN,
  KEY_BYTES,
  KIND,
  MEMBER,
  OBJECT,
  PENDING_BYTES,
  SCAN,
  UNKNOWN_COUNTS_BYTES,
  UNKNOWN_TABLE_BYTES,
} from './layout.ts';

/** A column of a plan, by where the kernel keeps it. */
export interface PlannedColumn {
  readonly type: Type;
  readonly address: number;
  /** As in `Column`. */
  readonly children: readonly PlannedColumn[];
}

/** What the kernel knows of a schema, and the state of one scan of it. */
export interface ScanPlan {
  /** Address of the scan's own structure. */
  readonly scan: number;
  /** One a field; `_rest`, if it is asked for, last. */
  readonly columns: readonly PlannedColumn[];
  /** Objects by the path in front of the names of their unknown keys. */
  readonly objects: ReadonlyMap<string, readonly number[]>;
  /** Where JavaScript puts a key of up to KEY_BYTES to pass it on. */
  readonly keyBytes: number;
  /** Blocks that hold the plan. */
  readonly blocks: readonly number[];
}

/** A bit that no vector of 16 bytes has: what requires it never matches. */
const NO_MATCH = 1 << 16;

/** Lays out the plan of a schema in the kernel's memory. `rest`: the last field keeps unknown members. Throws if memory is exhausted. */
export function planScan(kernel: Kernel, fields: readonly Field[], rest: boolean): ScanPlan {
  const writer = new PlanWriter(kernel);
  return writer.plan(fields, rest);
}

class PlanWriter {
  private readonly kernel: Kernel;
  private readonly out: BlockWriter;
  private readonly objects = new Map<string, number[]>();
  private columnsAt = 0;
  private columnCount = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.out = new BlockWriter(kernel);
  }

  plan(fields: readonly Field[], rest: boolean): ScanPlan {
    const { out } = this;
    const scan = out.reserve(SCAN.bytes);
    this.columnsAt = out.reserve(countColumns(fields) * COLUMN.stride);
    const columns = fields.map((field) => this.column(field, `${field.name}`));
    const known = rest ? fields.length - 1 : fields.length;
    const record = this.object(fields.slice(0, known), columns, '');
    out.word(scan + SCAN.columns, this.columnsAt);
    out.word(scan + SCAN.columnCount, this.columnCount);
    out.word(scan + SCAN.record, record);
    out.word(scan + SCAN.rest, rest ? columns[known]!.address : 0);
    out.word(scan + SCAN.unknownTable, out.reserve(UNKNOWN_TABLE_BYTES));
    out.word(scan + SCAN.unknownCounts, out.reserve(UNKNOWN_COUNTS_BYTES));
    out.word(scan + SCAN.pending, out.reserve(PENDING_BYTES));
    return { scan, columns, objects: this.objects, keyBytes: out.reserve(KEY_BYTES), blocks: out.blocks };
  }

  /** Lays out a column and those inside it. `path` is the one that the names of unknown keys begin with. */
  private column(slot: Slot, path: string): PlannedColumn {
    const { type } = slot;
    const address = this.columnsAt + this.columnCount++ * COLUMN.stride;
    this.out.word(address + COLUMN.isOptional, Number(slot.optional));
    this.describe(address, type);
    return { type, address, children: this.children(address, type, path) };
  }

  private children(address: number, type: Type, path: string): PlannedColumn[] {
    const { out } = this;
    switch (type.kind) {
      case 'list': {
        const element = this.column(type.element, `${path}[]`);
        out.word(address + COLUMN.first, element.address);
        return [element];
      }
      case 'map': {
        const keys = this.column({ type: type.key, optional: false }, `${path}.*`);
        const values = this.column(type.value, `${path}.*`);
        out.word(keys.address + COLUMN.isBareKey, Number(/int|float|double|bool/.test(type.key.kind)));
        out.word(address + COLUMN.first, keys.address);
        out.word(address + COLUMN.second, values.address);
        return [keys, values];
      }
      case 'struct': {
        const members = type.fields.map((field) => this.column(field, `${path}.${field.name}`));
        out.word(address + COLUMN.first, this.object(type.fields, members, `${path}.`));
        return members;
      }
      default:
        return [];
    }
  }

  /** Writes what the kernel must know of a type beside its kind. */
  private describe(address: number, type: Type): void {
    const { out } = this;
    out.word(address + COLUMN.kind, kindOf(type));
    switch (type.kind) {
      case 'decimal':
        out.word(address + COLUMN.digits, type.scale);
        out.word(address + COLUMN.detail, type.precision);
        break;
      case 'timestamp':
        out.word(address + COLUMN.digits, { ms: 3, us: 6, ns: 9 }[type.unit]);
        out.word(address + COLUMN.detail, Number(type.utc));
        break;
      case 'string':
        out.word(address + COLUMN.dictionary, this.kernel.exports.jsonCreateDictionary());
        break;
      default: {
        const [min, max] = boundsOf(type.kind);
        out.long(address + COLUMN.min, min);
        out.long(address + COLUMN.max, max);
      }
    }
  }

  private object(fields: readonly Field[], columns: readonly PlannedColumn[], prefix: string): number {
    const { out } = this;
    const object = out.reserve(OBJECT.bytes);
    const slots = 2 ** Math.ceil(Math.log2(fields.length * 2 + 2));
    const members = out.reserve((fields.length + 1) * MEMBER.stride);
    for (const [i, field] of fields.entries()) {
      const next = members + ((i + 1) % fields.length) * MEMBER.stride;
      this.member(members + i * MEMBER.stride, field.name, columns[i]!.address, next);
    }
    if (fields.length === 0) this.nobody(members);
    out.word(object + OBJECT.memberCount, fields.length);
    out.word(object + OBJECT.members, members);
    out.word(object + OBJECT.first, members);
    out.word(object + OBJECT.table, out.reserve(slots * 4));
    out.word(object + OBJECT.tableMask, slots - 1);
    this.kernel.exports.jsonIndexMembers(object);
    this.objects.set(prefix, [...(this.objects.get(prefix) ?? []), object]);
    return object;
  }

  private member(member: number, name: string, column: number, next: number): void {
    const { out, kernel } = this;
    const written = Buffer.from(`${JSON.stringify(name)}:`);
    const copy = out.reserve(written.length);
    kernel.bytes.set(written, copy);
    kernel.bytes.set(written.subarray(0, 16), member);
    out.word(member + MEMBER.required, 2 ** Math.min(written.length, 16) - 1);
    out.word(member + MEMBER.writtenLength, written.length);
    out.word(member + MEMBER.written, copy);
    out.word(member + MEMBER.column, column);
    out.word(member + MEMBER.next, next);
  }

  /** Stands where an object has no members: expected, but never found. */
  private nobody(member: number): void {
    this.out.word(member + MEMBER.required, NO_MATCH);
    this.out.word(member + MEMBER.next, member);
  }
}

function countColumns(slots: readonly Slot[]): number {
  return slots.reduce((sum, { type }) => sum + 1 + countColumns(slotsInside(type)), 0);
}

function slotsInside(type: Type): readonly Slot[] {
  if (type.kind === 'list') return [type.element];
  if (type.kind === 'map') return [{ type: type.key, optional: false }, type.value];
  return type.kind === 'struct' ? type.fields : [];
}

function kindOf(type: Type): number {
  switch (type.kind) {
    case 'int':
      return KIND.int64;
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return KIND[type.kind.slice(1) as 'int8' | 'int16' | 'int32'];
    default:
      return KIND[type.kind];
  }
}

/** Smallest and largest value of integers; [0, 0] for what has no bounds. */
function boundsOf(kind: Type['kind']): [min: bigint, max: bigint] {
  if (kind === 'int') return [BigInt(Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)];
  const bits = /^(u?)int(\d+)$/.exec(kind);
  if (bits === null || kind === 'uint64') return [0n, 0n];
  const span = 1n << BigInt(bits[2]!);
  return bits[1] === 'u' ? [0n, span - 1n] : [-span / 2n, span / 2n - 1n];
}
