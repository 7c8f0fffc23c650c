import { isNull } from '../../../columns/cells.ts';
import type { Column, FixedValues } from '../../../columns/column.ts';
import { fixedArray, layoutOf } from '../../../columns/layout.ts';
import type { Type, TypeOf } from '../../../core/schema.ts';
import { type Argument, type ColumnCall, columnOf } from '../column-call.ts';
import { type DatePart, datePartOf } from '../date-parts.ts';

const WORD = 4_294_967_296;

/** A part of timestamps in ms or us: arithmetic on the words of their values, no bigint. */
export class DatePartColumn implements ColumnCall {
  readonly #part: (micros: number) => number;
  readonly #output: Type;

  constructor(part: DatePart, output: Type) {
    this.#part = datePartOf[part];
    this.#output = output;
  }

  apply(args: readonly Argument[], length: number): Column | undefined {
    const column = columnOf(args);
    const parts = layoutOf(this.#output) === 'int64' ? new Float64Array(length) : fixedArray(this.#output, length);
    if (!this.#fill(column, parts)) return undefined;
    if (column.nullCount > 0) for (let row = 0; row < length; row++) if (isNull(column, row)) parts[row] = 0;
    const values = layoutOf(this.#output) === 'int64' ? widened(parts) : parts;
    return { type: this.#output, length, nullCount: column.nullCount, validity: column.validity, values };
  }

  /** False at a timestamp that no number holds exactly. */
  #fill(column: Column, parts: Exclude<FixedValues, BigInt64Array | BigUint64Array>): boolean {
    const part = this.#part;
    const microsPerUnit = (column.type as TypeOf<'timestamp'>).unit === 'ms' ? 1000 : 1;
    const { buffer, byteOffset } = column.values!;
    const words = new Int32Array(buffer, byteOffset, parts.length * 2);
    for (let row = 0; row < parts.length; row++) {
      const micros = (words[2 * row + 1]! * WORD + (words[2 * row]! >>> 0)) * microsPerUnit;
      if (!Number.isSafeInteger(micros)) return false;
      parts[row] = part(micros);
    }
    return true;
  }
}

/** Parts are small and never negative, so their high words are zero. */
function widened(parts: ArrayLike<number>): BigInt64Array {
  const words = new Int32Array(parts.length * 2);
  for (let row = 0; row < parts.length; row++) words[2 * row] = parts[row]!;
  return new BigInt64Array(words.buffer);
}
