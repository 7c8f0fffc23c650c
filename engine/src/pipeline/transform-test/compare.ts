import { parseDate, parseTime, parseTimestamp } from '../../core/calendar.ts';
import { parseDecimal } from '../../core/decimal.ts';
import { ParquetryError } from '../../core/errors.ts';
import { type ExactJson, formatExactJson, isJsonNumber, isJsonObject, parseExactJson } from '../../core/exact-json.ts';
import type { Field, Slot, Type } from '../../core/schema.ts';
import { fieldPath } from '../../core/schema-compare.ts';
import type { CaseFailure, CaseOutcome } from './case-run.ts';
import type { Expectation, ExpectedFailure } from './test-file.ts';

/** One place where what came out is not what was expected. Texts are exact JSON; undefined where there is nothing. */
export interface Difference {
  /** `rows[0].geo.lat`, `dropped`, `failed[1]`. */
  readonly path: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** All differences; none means the case passes. A field that an expected row leaves out must be null. */
export function compareOutcome(expected: Expectation, outcome: CaseOutcome, output: readonly Field[]): Difference[] {
  const rows = outcome.rows.map(parseExactJson);
  const contract: Type = { kind: 'struct', fields: output };
  return [
    ...compareItems('rows', expected.rows, rows, (path, a, b) => compareValues(path, contract, a, b)),
    ...compareItems('dropped', expected.dropped, outcome.dropped, compareScalars),
    ...compareFailures(expected.failed, outcome.failed),
  ];
}

function compareItems(
  path: string,
  expected: readonly ExactJson[],
  actual: readonly ExactJson[],
  compare: (path: string, expected: ExactJson, actual: ExactJson) => Difference[],
): Difference[] {
  const length = Math.max(expected.length, actual.length);
  return Array.from({ length }, (_, i) => {
    const [a, b] = [expected[i], actual[i]];
    if (a !== undefined && b !== undefined) return compare(`${path}[${i}]`, a, b);
    return [{ path: `${path}[${i}]`, expected: textOf(a), actual: textOf(b) }];
  }).flat();
}

function compareFailures(expected: readonly ExpectedFailure[], actual: readonly CaseFailure[]): Difference[] {
  const length = Math.max(expected.length, actual.length);
  return Array.from({ length }, (_, i) => {
    const [a, b] = [expected[i], actual[i]];
    if (a && b && isExpected(a, b)) return [];
    return [{ path: `failed[${i}]`, expected: a && JSON.stringify(a), actual: b && failureText(b) }];
  }).flat();
}

function isExpected(expected: ExpectedFailure, { reason, field, message }: CaseFailure): boolean {
  const sameField = expected.field === undefined || expected.field === field;
  return expected.reason === reason && sameField && message.includes(expected.message ?? '');
}

function failureText({ reason, field, message }: CaseFailure): string {
  return JSON.stringify({ reason, field, message });
}

function compareSlots(path: string, slot: Slot, expected: ExactJson | undefined, actual: ExactJson): Difference[] {
  const wanted = expected ?? null;
  if (wanted !== null && actual !== null) return compareValues(path, slot.type, wanted, actual);
  return wanted === actual ? [] : [difference(path, wanted, actual)];
}

function compareValues(path: string, type: Type, expected: ExactJson, actual: ExactJson): Difference[] {
  if (type.kind === 'struct' && isJsonObject(expected) && isJsonObject(actual)) {
    return compareStructs(path, type.fields, expected, actual);
  }
  if (type.kind === 'list' && Array.isArray(expected) && Array.isArray(actual)) {
    return compareItems(path, expected, actual, (at, a, b) => compareSlots(at, type.element, a, b));
  }
  if (type.kind === 'map' && isJsonObject(expected) && isJsonObject(actual)) {
    return compareMaps(path, type.value, expected, actual);
  }
  return canonical(type, expected) === canonical(type, actual) ? [] : [difference(path, expected, actual)];
}

/** Unlike a field, a key that is missing is not a key whose value is null. */
function compareMaps(
  path: string,
  value: Slot,
  expected: ReadonlyMap<string, ExactJson>,
  actual: ReadonlyMap<string, ExactJson>,
): Difference[] {
  const keys = new Set([...expected.keys(), ...actual.keys()]);
  return [...keys].flatMap((key) => {
    const at = fieldPath(path, key);
    const [a, b] = [expected.get(key), actual.get(key)];
    if (a === undefined || b === undefined) return [{ path: at, expected: textOf(a), actual: textOf(b) }];
    return compareSlots(at, value, a, b);
  });
}

function compareStructs(
  path: string,
  fields: readonly Field[],
  expected: ReadonlyMap<string, ExactJson>,
  actual: ReadonlyMap<string, ExactJson>,
): Difference[] {
  const declared = new Set(fields.map((field) => field.name));
  const extra = [...expected].filter(([name]) => !declared.has(name));
  return [
    ...fields.flatMap((field) =>
      compareSlots(fieldPath(path, field.name), field, expected.get(field.name), actual.get(field.name) ?? null),
    ),
    ...extra.map(([name, value]) => ({ path: fieldPath(path, name), expected: textOf(value), actual: undefined })),
  ];
}

function compareScalars(path: string, expected: ExactJson, actual: ExactJson): Difference[] {
  return expected === actual ? [] : [difference(path, expected, actual)];
}

/** Equal texts mean equal values of the type: 1.50 and "1.5" are one decimal, 10:00Z and 12:00+02:00 one instant. */
function canonical(type: Type, value: ExactJson): string {
  const text = typeof value === 'string' ? value : isJsonNumber(value) ? value.digits : undefined;
  const own = text === undefined || value === null ? undefined : canonicalScalar(type, text, typeof value === 'string');
  return own ?? formatExactJson(sorted(value));
}

function canonicalScalar(type: Type, text: string, quoted: boolean): string | undefined {
  switch (type.kind) {
    case 'decimal':
      return unscaled(text, type.precision, type.scale);
    case 'date':
      return quoted ? parseDate(text)?.toString() : undefined;
    case 'time':
      return quoted ? parseTime(text)?.toString() : undefined;
    case 'timestamp':
      return quoted ? parseTimestamp(text)?.toString() : undefined;
    case 'uuid':
      return quoted ? text.toLowerCase() : undefined;
    case 'float':
      return String(Math.fround(Number(text)));
    case 'double':
      return String(Number(text));
    case 'string':
    case 'binary':
    case 'bool':
    case 'json':
    case 'list':
    case 'struct':
    case 'map':
      return undefined;
    default:
      return quoted ? undefined : unscaled(text, 38, 0);
  }
}

function unscaled(text: string, precision: number, scale: number): string | undefined {
  try {
    return parseDecimal(text, precision, scale).toString();
  } catch (thrown) {
    if (thrown instanceof ParquetryError) return undefined;
    throw thrown;
  }
}

/** Keys of a json value have no order, and its numbers no fixed form. */
function sorted(value: ExactJson): ExactJson {
  if (isJsonNumber(value)) return { digits: plainDigits(value.digits) };
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return new Map(
    [...value].map(([key, item]): [string, ExactJson] => [key, sorted(item)]).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** One text for all ways of writing a number: its significant digits and the power of ten they end at. */
function plainDigits(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function difference(path: string, expected: ExactJson, actual: ExactJson): Difference {
  return { path, expected: textOf(expected), actual: textOf(actual) };
}

function textOf(value: ExactJson | undefined): string | undefined {
  return value === undefined ? undefined : formatExactJson(value);
}
