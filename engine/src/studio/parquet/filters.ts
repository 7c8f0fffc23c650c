import { isNull } from '../../columns/cells.ts';
import type { Column } from '../../columns/column.ts';
import { isScalar } from '../../columns/scalar-text.ts';
import type { Value } from '../../columns/values.ts';
import { parseDate, parseTime, parseTimestamp } from '../../core/calendar.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Type } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import { type Condition, compareOrdered, type Ordered, orderedOf } from '../../parquet/condition.ts';
import type { ParquetFilter } from '../../protocol/parquet.ts';
import { cellText } from './cell-text.ts';
import type { OpenedFile } from './opened-file.ts';
import { orderedCells } from './ordered-cells.ts';
import type { ViewField } from './view-fields.ts';

/** Whether the row in a slot is wanted. */
export type SlotTest = (slot: number) => boolean;

/** Filters, understood. */
export interface RowFilter {
  /** Top-level columns that must be read to tell. */
  readonly fields: readonly ViewField[];
  /** What statistics and indexes can tell of it. */
  readonly where: readonly Condition[];
  /** For columns of `fields`, same order. */
  test(columns: readonly Column[]): SlotTest;
}

/** Understands filters; several are joined by and. Throws E_CONFIG for a value that is none of its column's type, E_NOT_FOUND for a column. */
export function rowFilter(file: OpenedFile, filters: readonly ParquetFilter[]): RowFilter {
  const places = filters.map(({ column }) => placeOf(file, column));
  const fields = [...new Set(places.map(({ field }) => field))];
  const compiled = filters.map((filter, i) => compile(filter, places[i]!));
  return {
    fields,
    where: compiled.flatMap(({ condition }) => condition ?? []),
    test(columns) {
      const tests = compiled.map(({ test }, i) => test(columns[fields.indexOf(places[i]!.field)]!));
      return (slot) => tests.every((test) => test(slot));
    },
  };
}

/** A column that a filter names. */
interface Place {
  readonly field: ViewField;
  /** Positions of struct fields on the way down. */
  readonly steps: readonly number[];
  readonly type: Type;
}

/** By a top-level name, which may hold dots, or a dotted path through structs. */
function placeOf(file: OpenedFile, column: string): Place {
  const direct = file.fields.find(({ name }) => name === column);
  if (direct) return { field: direct, steps: [], type: direct.type };
  const field = file.fields.find(({ name }) => column.startsWith(`${name}.`)) ?? file.field(column);
  let type = field.type;
  const steps = column
    .slice(field.name.length + 1)
    .split('.')
    .map((name) => {
      const position = type.kind === 'struct' ? type.fields.findIndex((child) => child.name === name) : -1;
      if (type.kind !== 'struct' || position < 0) {
        throw new ParquetryError('E_NOT_FOUND', `the file must have a column ${column}, it has none`);
      }
      type = type.fields[position]!.type;
      return position;
    });
  return { field, steps, type };
}

interface Compiled {
  readonly condition?: Condition;
  test(column: Column): SlotTest;
}

const COMPARISONS = {
  '=': (order: number) => order === 0,
  '!=': (order: number) => order !== 0,
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
};

function compile({ column: name, op, value }: ParquetFilter, { steps, type }: Place): Compiled {
  if (op === 'is null' || op === 'is not null') {
    const wanted = op === 'is null';
    const condition: Condition = { column: name, is: wanted ? 'null' : 'not null' };
    // What nulls mean to statistics of a column in a struct is for nobody to rely on.
    const isSure = steps.length === 0 && isScalar(type);
    return { condition: isSure ? condition : undefined, test: (column) => nullTest(column, steps, wanted) };
  }
  if (value === undefined) throw wrongValue(name, `${op} needs a value`);
  if (op === 'contains') return { test: (column) => containsTest(column, steps, value) };
  if (!isScalar(type)) throw wrongValue(name, `${formatType(type)} has no order: use contains, is null or is not null`);
  const native = nativeValue(type, value, name);
  const wanted = wantedOf(type, native, name);
  const matches = COMPARISONS[op];
  return {
    condition: op === '!=' ? undefined : { column: name, is: op, value: native },
    test(column) {
      const { leaf, isThere } = reach(column, steps);
      const cells = orderedCells(leaf)!;
      return (slot) => {
        const found = isThere(slot) ? cells(slot) : undefined;
        return found !== undefined && matches(compareOrdered(found, wanted));
      };
    },
  };
}

function wantedOf(type: Type, native: NonNullable<Value>, name: string): Ordered {
  try {
    return orderedOf(type, native, name);
  } catch (error) {
    throw wrongValue(name, (error as Error).message);
  }
}

/** The text of a filter in the JavaScript form of a type. */
function nativeValue(type: Type, text: string, name: string): NonNullable<Value> {
  const found = tryValue(type, text.trim(), text);
  if (found !== undefined) return found;
  throw wrongValue(name, `it must be compared with ${formatType(type)}, got ${JSON.stringify(text)}`);
}

function tryValue(type: Type, text: string, whole: string): NonNullable<Value> | undefined {
  switch (type.kind) {
    case 'string':
    case 'json':
      return whole;
    case 'binary':
      return Buffer.from(text, 'base64');
    case 'uuid':
      return /^[\da-f]{8}(-?[\da-f]{4}){3}-?[\da-f]{12}$/i.test(text) ? text : undefined;
    case 'decimal':
      return text;
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'float':
    case 'double':
      return text !== '' && (!Number.isNaN(Number(text)) || undefined) ? Number(text) : undefined;
    case 'date':
      return parseDate(text) === undefined ? undefined : text;
    case 'time':
      return parseTime(text) === undefined ? undefined : text;
    case 'timestamp':
      return parseTimestamp(parseDate(text) === undefined ? text : `${text}T00:00`);
    default:
      return /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
  }
}

function wrongValue(column: string, why: string): ParquetryError {
  return new ParquetryError('E_CONFIG', `the filter on ${column} does not fit: ${why}`, {
    hint: 'Values are written as cells show them: 12.50, 2026-01-31, 2026-01-31T10:00:00Z.',
  });
}

/** The column that steps through structs lead to, and whether its slots are within structs that are not null. */
function reach(column: Column, steps: readonly number[]): { leaf: Column; isThere: SlotTest } {
  const above: Column[] = [];
  let leaf = column;
  for (const step of steps) {
    above.push(leaf);
    leaf = leaf.children![step]!;
  }
  return { leaf, isThere: (slot) => above.every((each) => !isNull(each, slot)) };
}

function nullTest(column: Column, steps: readonly number[], wanted: boolean): SlotTest {
  const { leaf, isThere } = reach(column, steps);
  return (slot) => (!isThere(slot) || isNull(leaf, slot)) === wanted;
}

/** Within the text of any cell; upper and lower case are the same unless an upper-case letter is asked for. */
function containsTest(column: Column, steps: readonly number[], needle: string): SlotTest {
  const { leaf, isThere } = reach(column, steps);
  const isExact = needle !== needle.toLowerCase();
  return (slot) => {
    const text = isThere(slot) ? cellText(leaf, slot) : undefined;
    if (text === undefined) return false;
    return isExact ? text.includes(needle) : text.toLowerCase().includes(needle);
  };
}
