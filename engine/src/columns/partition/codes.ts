import { MICROS_PER_DAY } from '../../core/calendar.ts';
import type { TimeFormatter } from '../../core/strftime.ts';
import type { Column } from '../column.ts';
import { layoutOf } from '../layout.ts';
import { scalarText } from '../scalar-text.ts';
import { BytesDictionary } from './bytes-dictionary.ts';
import { hiveValue } from './hive.ts';

/** The values of an expression as small numbers: `texts[codes[row]]` is what stands in the row's path, escaped. */
export interface CodedValues {
  readonly codes: Int32Array;
  /** In the order in which rows bring them. */
  readonly texts: readonly string[];
}

/**
 * Codes the values of a column whose slots are null where `isNull` says so. Rows of a batch mostly repeat few values, often
 * in runs: a value is formatted once, and equal neighbours are not even looked up.
 */
export function codeValues(
  column: Column,
  isNull: ((row: number) => boolean) | undefined,
  formatter?: TimeFormatter,
): CodedValues {
  const coder = new Coder(column.length, isNull);
  if (formatter) codeTimes(coder, column, formatter);
  else if (layoutOf(column.type) === 'bytes') codeBytes(coder, column);
  else if (layoutOf(column.type) === 'fixed') codeNumbers(coder, column);
  else
    coder.code(
      (row) => scalarText(column, row),
      (text) => text,
    );
  return coder;
}

class Coder implements CodedValues {
  readonly codes: Int32Array;
  readonly texts: string[] = [];
  private readonly isNull: ((row: number) => boolean) | undefined;
  private readonly codeOf = new Map<string, number>();
  private nullCode = -1;

  constructor(length: number, isNull: ((row: number) => boolean) | undefined) {
    this.codes = new Int32Array(length);
    this.isNull = isNull;
  }

  /** Codes rows by a key of their value; a key seen for the first time is turned into text. */
  code<Key>(keyOf: (row: number) => Key, textOf: (key: Key, row: number) => string): void {
    const known = new Map<Key, number>();
    let lastKey: Key | undefined;
    let lastCode = -1;
    this.eachValue((row) => {
      const key = keyOf(row);
      if (key === lastKey) return lastCode;
      lastKey = key;
      lastCode = known.get(key) ?? -1;
      if (lastCode < 0) {
        lastCode = this.add(textOf(key, row));
        known.set(key, lastCode);
      }
      return lastCode;
    });
  }

  /** Sets the code of every row that is not null to what `codeOf` answers. */
  eachValue(codeOf: (row: number) => number): void {
    const { codes, isNull } = this;
    for (let row = 0; row < codes.length; row++) codes[row] = isNull?.(row) ? this.codeOfNull() : codeOf(row);
  }

  /** The code of a text. Different values may share one: an hour of different days, null and the empty string. */
  add(value: string | null): number {
    const text = hiveValue(value);
    const known = this.codeOf.get(text);
    if (known !== undefined) return known;
    this.codeOf.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  private codeOfNull(): number {
    if (this.nullCode < 0) this.nullCode = this.add(null);
    return this.nullCode;
  }
}

function codeBytes(coder: Coder, column: Column): void {
  if (codeEntries(coder, column)) return;
  const { offsets, data } = column as Required<Pick<Column, 'offsets' | 'data'>>;
  const dictionary = new BytesDictionary();
  coder.eachValue((row) => {
    const code = dictionary.find(data, offsets[row]!, offsets[row + 1]!);
    if (code >= 0) return code;
    const added = coder.add(scalarText(column, row));
    dictionary.add(data, offsets[row]!, offsets[row + 1]!, added);
    return added;
  });
}

/** Where the source says which slots are equal, each of its entries is looked at once; false: it does not. */
function codeEntries(coder: Coder, column: Column): boolean {
  const rows = column.picked?.rows;
  const source = column.picked?.column ?? column;
  const { codes, dictionary } = source;
  if (!codes || !dictionary) return false;
  const known = new Int32Array(dictionary.size).fill(-1);
  coder.eachValue((row) => {
    const entry = codes[rows ? rows[row]! : row]!;
    if (known[entry]! < 0) known[entry] = coder.add(dictionary.text(entry));
    return known[entry]!;
  });
  return true;
}

function codeNumbers(coder: Coder, column: Column): void {
  const values = column.values as ArrayLike<number>;
  coder.code(
    (row) => values[row]!,
    (_, row) => scalarText(column, row),
  );
}

function codeTimes(coder: Coder, column: Column, formatter: TimeFormatter): void {
  const granules = granulesOf(column, formatter.granularityMicros);
  coder.code(granules, (granule) => formatter.format(granule * formatter.granularityMicros));
}

/** Which span of `granularityMicros` a row's time lies in. */
function granulesOf(column: Column, granularityMicros: number): (row: number) => number {
  const { type, values } = column;
  if (type.kind !== 'timestamp') {
    const days = values as Int32Array;
    const perDay = MICROS_PER_DAY / granularityMicros;
    return (row) => Math.floor(days[row]! * perDay);
  }
  const words = new Int32Array(values!.buffer, values!.byteOffset, column.length * 2);
  const micros = { ms: millisToMicros, us: plainMicros, ns: nanosToMicros }[type.unit];
  return (row) => {
    const time = micros(words[2 * row + 1]!, words[2 * row]! >>> 0);
    if (Number.isSafeInteger(time)) return Math.floor(time / granularityMicros);
    return farGranule((values as BigInt64Array)[row]!, type.unit === 'ms' ? 1000n : 1n, BigInt(granularityMicros));
  };
}

// The high word is signed, the low one not.
const plainMicros = (high: number, low: number): number => high * 0x1_0000_0000 + low;
const millisToMicros = (high: number, low: number): number => plainMicros(high, low) * 1000;
/** 2^32 is 4294967 thousands and 296: exact, though nanoseconds are beyond 2^53. */
const nanosToMicros = (high: number, low: number): number => high * 4_294_967 + Math.floor((high * 296 + low) / 1000);

/** Times beyond 2^53 microseconds, such as 9999-12-31: rounding could put them into the next day. */
function farGranule(value: bigint, microsPerUnit: bigint, granularity: bigint): number {
  const micros = value * microsPerUnit;
  const quotient = micros / granularity;
  return Number(micros < 0n && quotient * granularity !== micros ? quotient - 1n : quotient);
}
