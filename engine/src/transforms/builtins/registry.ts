import type { Type } from '../../core/schema.ts';
import { canRunKernel } from '../../kernel/web-assembly.ts';
import type { ColumnBuiltin, ColumnCall } from './column-call.ts';
import { AsciiCase } from './columns/ascii-case.ts';
import { ByValue, type ValueFunction } from './columns/by-value.ts';
import { DatePartColumn } from './columns/date-part-column.ts';
import { HashColumn } from './columns/hash-column.ts';
import { LookupColumn } from './columns/lookup-column.ts';
import { TrimColumn } from './columns/trim-column.ts';
import { holdsNumbersTo, isWritable } from './columns/value-writer.ts';
import { type DatePart, datePartOf } from './date-parts.ts';
import { hash } from './hash.ts';
import { canonicalIp, ipPrefix, ipVersion } from './ip.ts';
import { isOrdinary } from './ordinary.ts';
import { parseBool, parseDouble, parseInt64, parseInteger, parseTimestamp } from './parse.ts';
import { lower, matches, upper } from './text.ts';

/** The largest value of each part of a timestamp that is exact as a number. */
const LARGEST: Readonly<Record<DatePart, number>> = {
  year: 2255,
  month: 12,
  day: 31,
  hour: 23,
  minute: 59,
  second: 59,
  dayOfWeek: 7,
  dayOfYear: 366,
};
/** Types whose values are found by value in a Map. */
const KEY_KINDS: ReadonlySet<Type['kind']> = new Set([
  ...(['string', 'bool', 'int', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const),
  ...(['double', 'date', 'uuid'] as const),
]);

const isText = ({ kind }: Type): boolean => kind === 'string';
const isBool = ({ kind }: Type): boolean => kind === 'bool';
const isInt64 = ({ kind }: Type): boolean => kind === 'int64' || kind === 'uint64';
/** A part of a number's range will do: an answer beyond it sends the batch through the function. */
const isNumber = (type: Type): boolean => holdsNumbersTo(type, 0);
const isTimestamp = (type: Type): boolean => type.kind === 'timestamp' && type.unit !== 'ns';

/**
 * All built-ins by the name that a transform imports them by from 'parquetry'. Who recognises a call asks `accepts` with the
 * types of the columns it is given and that of the output, opens one `ColumnCall` for each call and lane, and applies it batch
 * by batch to whole input columns (rows that the transform drops are picked out of the answer afterwards).
 */
export const columnBuiltins: ReadonlyMap<string, ColumnBuiltin> = new Map(
  [
    ofText(
      'lower',
      isText,
      inKernel(lower, () => new AsciiCase({ firstLetter: 'A', change: lower })),
    ),
    ofText(
      'upper',
      isText,
      inKernel(upper, () => new AsciiCase({ firstLetter: 'a', change: upper })),
    ),
    ofText(
      'hash',
      isText,
      inKernel(hash, () => new HashColumn()),
    ),
    ofText('trim', isText, () => new TrimColumn()),
    ofText('canonicalIp', isText, byValue({ bind: () => canonicalIp })),
    ofText('ipVersion', isNumber, byValue({ bind: () => ipVersion })),
    ofText('ipPrefix', isText, byValue({ bind: bindPrefix }), { min: 1, max: 2 }),
    ofText('parseInt64', isInt64, byValue({ bind: () => parseInt64 })),
    ofText('parseInteger', isNumber, byValue({ bind: () => parseInteger })),
    ofText('parseDouble', isNumber, byValue({ bind: () => parseDouble })),
    ofText('parseBool', isBool, byValue({ bind: () => parseBool })),
    ofText('parseTimestamp', isTimestamp, byValue({ bind: bindFormat }), { min: 0, max: 1 }),
    ofText('matches', isBool, byValue({ bind: bindPattern }), { min: 1, max: 1 }),
    ...(Object.keys(datePartOf) as DatePart[]).map(datePart),
    lookupBuiltin(),
  ].map((builtin) => [builtin.name, builtin]),
);

/** A function of a text and of some constants. */
function ofText(
  name: string,
  accepts: (output: Type) => boolean,
  open: (output: Type) => ColumnCall,
  constants = { min: 0, max: 0 },
): ColumnBuiltin {
  return {
    name,
    open,
    accepts([text, ...others], output) {
      const { min, max } = constants;
      const areConstants = others.length >= min && others.length <= max && others.every((type) => type === undefined);
      return text?.kind === 'string' && areConstants && accepts(output);
    },
  };
}

function byValue(valueFunction: ValueFunction): (output: Type) => ColumnCall {
  return (output) => new ByValue(valueFunction, output);
}

/** Where there is no kernel, the function does its work. */
function inKernel(compute: (text: string) => string, open: () => ColumnCall): (output: Type) => ColumnCall {
  return canRunKernel ? open : byValue({ bind: () => compute });
}

function datePart(name: DatePart): ColumnBuiltin {
  return {
    name,
    open: (output) => new DatePartColumn(name, output),
    accepts: ([at, ...others], output) =>
      at !== undefined && isTimestamp(at) && others.length === 0 && holdsNumbersTo(output, LARGEST[name]),
  };
}

function lookupBuiltin(): ColumnBuiltin {
  return {
    name: 'lookup',
    open: (output) => new LookupColumn(output),
    accepts: ([table, key, ...others], output) =>
      table === undefined && key !== undefined && others.length === 0 && KEY_KINDS.has(key.kind) && isWritable(output),
  };
}

function bindPattern([pattern]: readonly unknown[]): ((text: string) => unknown) | undefined {
  return pattern instanceof RegExp && isOrdinary(pattern, RegExp) ? (text) => matches(text, pattern) : undefined;
}

function bindPrefix([v4Bits, v6Bits]: readonly unknown[]): ((text: string) => unknown) | undefined {
  const bound = (text: string) => ipPrefix(text, v4Bits as number, v6Bits as number | undefined);
  return answers(bound) ? bound : undefined;
}

function bindFormat([format]: readonly unknown[]): ((text: string) => unknown) | undefined {
  if (format !== undefined && typeof format !== 'string') return undefined;
  const bound = (text: string) => parseTimestamp(text, format);
  return answers(bound) ? bound : undefined;
}

/** Functions that look at their constants throw for wrong ones, whatever the text. */
function answers(bound: (text: string) => unknown): boolean {
  try {
    bound('');
    return true;
  } catch {
    return false;
  }
}
