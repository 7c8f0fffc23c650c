import { MICROS_PER_DAY, parseDate } from '../../core/calendar.ts';
import { integerRange } from '../../core/schema-lattice.ts';
import { compileStrftime } from '../../core/strftime.ts';
import type { PartitionColumn, PartitionSource } from './partition-column.ts';

/** How Athena computes the values of a partition column instead of listing folders. */
export interface Projection {
  /** Properties below `projection.<column>.`, `type` among them. */
  readonly properties: Readonly<Record<string, string>>;
  /** Athena type of the column. */
  readonly columnType: 'string' | 'int';
  /** What a person has to know of it; a sentence. */
  readonly note?: string;
}

/** strftime directives of dates with Java's letters and Athena's units, the coarsest first. */
const DATE_PARTS = [
  { directive: '%Y', letters: 'yyyy', unit: 'YEARS' },
  { directive: '%m', letters: 'MM', unit: 'MONTHS' },
  { directive: '%d', letters: 'dd', unit: 'DAYS' },
  { directive: '%H', letters: 'HH', unit: 'HOURS' },
  { directive: '%M', letters: 'mm', unit: 'MINUTES' },
  { directive: '%S', letters: 'ss', unit: 'SECONDS' },
] as const;

/** Directives that alone are a number in a known range. */
const CLOCK_RANGES: Readonly<Record<string, { range: string; digits: string }>> = {
  '%m': { range: '1,12', digits: '2' },
  '%d': { range: '1,31', digits: '2' },
  '%H': { range: '0,23', digits: '2' },
  '%M': { range: '0,59', digits: '2' },
  '%S': { range: '0,59', digits: '2' },
  '%j': { range: '1,366', digits: '3' },
};

/** In folder names these are percent-encoded, which dates of a projection are not. */
const ESCAPED_BY_HIVE = /["#'*:?[\]^\\{}=]/;

/** Integers of up to this many values are enumerated; more would make every query without a filter list them all. */
const MAX_INTEGER_VALUES = 1024n;

const DEFAULT_START = 'NOW-5YEARS';
const END = 'NOW+1DAYS'; // clocks differ, and time zones too

/** The narrowest projection that the template of a column gives. Dates begin with the day `since` (`YYYY-MM-DD`). */
export function projectionOf(column: PartitionColumn, since: string | undefined): Projection {
  const found = column.source && (timeProjection(column.source, since) ?? valueProjection(column.source));
  return found ? withNullNote(column, found) : injected(column);
}

function timeProjection({ type, format }: PartitionSource, since: string | undefined): Projection | undefined {
  const text = format ?? (type.kind === 'date' ? '%Y-%m-%d' : undefined);
  if (text === undefined) return undefined;
  const clock = Object.hasOwn(CLOCK_RANGES, text) ? CLOCK_RANGES[text] : undefined;
  if (clock) return { properties: { type: 'integer', ...clock }, columnType: 'int' };
  const javaFormat = toJavaFormat(text);
  if (!javaFormat) return undefined;
  const { pattern, unit } = javaFormat;
  const start =
    since === undefined ? DEFAULT_START : compileStrftime(text).format((parseDate(since) ?? 0) * MICROS_PER_DAY);
  const range = `${start},${END}`;
  const properties = { type: 'date', format: pattern, range, interval: '1', 'interval.unit': unit };
  return { properties, columnType: 'string' };
}

function valueProjection({ type, format }: PartitionSource): Projection | undefined {
  if (format !== undefined) return undefined;
  if (type.kind === 'bool') return { properties: { type: 'enum', values: 'false,true' }, columnType: 'string' };
  const range = integerRange(type);
  if (!range || range.max - range.min >= MAX_INTEGER_VALUES) return undefined;
  return { properties: { type: 'integer', range: `${range.min},${range.max}` }, columnType: 'int' };
}

function injected({ name }: PartitionColumn): Projection {
  return {
    properties: { type: 'injected' },
    columnType: 'string',
    note: `${name} is injected: every query must say ${name} = '…'. If its values are few, write 'projection.${name}.type' = 'enum' and list them in 'projection.${name}.values'.`,
  };
}

function withNullNote(column: PartitionColumn, projection: Projection): Projection {
  if (!column.source?.optional) return projection;
  return {
    ...projection,
    note: `Rows whose ${column.name} is null lie in ${column.name}=__HIVE_DEFAULT_PARTITION__, which projection does not reach.`,
  };
}

/** Java's pattern for a strftime format that names an instant from the year down, without gaps; undefined for any other. */
function toJavaFormat(format: string): { pattern: string; unit: string } | undefined {
  const directives = format.replaceAll('%F', '%Y-%m-%d').match(/%./gs) ?? [];
  const parts = DATE_PARTS.slice(0, directives.length);
  const last = parts.at(-1);
  if (!last || parts.some((part, i) => part.directive !== directives[i])) return undefined;
  if (ESCAPED_BY_HIVE.test(format.replace(/%./gs, ''))) return undefined;
  const pattern = format.replaceAll('%F', '%Y-%m-%d').replace(/%.|[A-Za-z']+/gs, (piece) => {
    const part = DATE_PARTS.find(({ directive }) => directive === piece);
    return part ? part.letters : `'${piece.replaceAll("'", "''")}'`;
  });
  return { pattern, unit: last.unit };
}
