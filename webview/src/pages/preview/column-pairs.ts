import { DataType } from 'apache-arrow';
import type { ArrowRows } from '../../arrow/arrow-rows.ts';
import { isNested } from '../../arrow/json-text.ts';
import { bytesAt } from '../../arrow/scalar-text.ts';

/** Which column of the output an input column became. */
export interface ColumnPairs {
  /** For each column of the output: the input's of the same name, or of another name with the same values throughout; -1: it is new. */
  readonly inputOf: Int32Array;
  /** For each column of the input: the output's that it became; -1: it is gone. */
  readonly outputOf: Int32Array;
}

/** Rows of both sides that belong together. */
export interface RowPairs {
  readonly length: number;
  readonly inputRow: Int32Array;
  readonly outputRow: Int32Array;
}

/** Whether a cell of the input and one of the output hold the same value. */
export type SameCell = (inputRow: number, outputRow: number) => boolean;

/**
 * Pairs columns by name; of what is left, by name but for case and signs; of what is left then, by values that are the same in every
 * pair of rows: those were renamed.
 */
export function pairColumns(input: ArrowRows, output: ArrowRows, rows: RowPairs): ColumnPairs {
  const inputOf = new Int32Array(output.fields.length).fill(-1);
  const outputOf = new Int32Array(input.fields.length).fill(-1);
  const join = (from: number, to: number) => {
    outputOf[from] = to;
    inputOf[to] = from;
  };
  const joinByKey = (keyOf: (name: string) => string) => {
    const free = new Map<string, number>();
    input.fields.forEach(({ name }, from) => {
      if (outputOf[from] === -1) free.set(keyOf(name), from);
    });
    output.fields.forEach(({ name }, to) => {
      const from = inputOf[to] === -1 ? free.get(keyOf(name)) : undefined;
      if (from !== undefined && outputOf[from] === -1) join(from, to);
    });
  };
  joinByKey((name) => name);
  joinByKey(lettersOf);
  for (const to of leftOf(inputOf)) {
    const from = leftOf(outputOf).find((column) => isRenamed(input, column, output, to, rows));
    if (from !== undefined) join(from, to);
  }
  return { inputOf, outputOf };
}

/** Columns without a partner; of very many nobody wants to know what was renamed. */
function leftOf(partners: Int32Array): readonly number[] {
  const left = Array.from(partners.keys()).filter((column) => partners[column] === -1);
  return left.length > 100 ? [] : left;
}

/** `Release Date`, `releaseDate` and `release_date` are one name. */
function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '') || name;
}

/** Fewer different values than this are a coincidence: flags and constants are equal without being the same. */
const minDistinct = 3;

function isRenamed(input: ArrowRows, from: number, output: ArrowRows, to: number, rows: RowPairs): boolean {
  const isSame = sameCell(input, from, output, to);
  const seen = new Set<string>();
  for (let i = 0; i < rows.length; i++) {
    if (!isSame(rows.inputRow[i]!, rows.outputRow[i]!)) return false;
    if (seen.size < minDistinct && !input.isNull(rows.inputRow[i]!, from))
      seen.add(input.text(rows.inputRow[i]!, from));
  }
  return seen.size >= minDistinct;
}

/** Compares two columns: by their bytes where both are of one type, by their canonical texts otherwise. */
export function sameCell(input: ArrowRows, from: number, output: ArrowRows, to: number): SameCell {
  const byValue =
    sameValue(input, from, output, to) ?? ((a, b) => plainText(input, a, from) === plainText(output, b, to));
  return (a, b) => {
    const isNull = input.isNull(a, from);
    return isNull === output.isNull(b, to) && (isNull || byValue(a, b));
  };
}

/** A JSON text that is a string is that string. */
function plainText(rows: ArrowRows, row: number, column: number): string {
  const text = rows.text(row, column);
  return rows.isJson(column) && text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

function sameValue(input: ArrowRows, from: number, output: ArrowRows, to: number): SameCell | undefined {
  const left = input.data(from);
  const right = output.data(to);
  if (left === undefined || right === undefined) return () => true;
  const type: DataType = left.type;
  if (input.isJson(from) !== output.isJson(to)) return undefined;
  if (type.toString() !== right.type.toString() || isNested(type) || DataType.isDictionary(type)) return undefined;
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return (a, b) => areEqual(bytesAt(left, a), bytesAt(right, b));
  }
  const isPlain = DataType.isInt(type) || DataType.isFloat(type) || DataType.isTimestamp(type) || DataType.isTime(type);
  if (!isPlain) return undefined;
  const [mine, theirs] = [left.values, right.values] as ArrayLike<number | bigint>[];
  return (a, b) => Object.is(mine![a], theirs![b]);
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
