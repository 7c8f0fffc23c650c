import type { Column } from '../../../columns/column.ts';
import { type Argument, type ColumnCall, columnOf } from '../column-call.ts';
import { trim } from '../text.ts';
import { ByValue } from './by-value.ts';

const SPACE = 0x20;
const FIRST_NON_ASCII = 0x80;

/** Hands the column on as it is where no text begins or ends with what could be white space. */
export class TrimColumn implements ColumnCall {
  readonly #byValue = new ByValue({ bind: () => trim }, { kind: 'string' });

  apply(args: readonly Argument[], length: number): Column | undefined {
    const column = columnOf(args);
    return isTrimmed(column, length) ? column : this.#byValue.apply(args, length);
  }
}

function isTrimmed(column: Column, length: number): boolean {
  const offsets = column.offsets!;
  const data = column.data!;
  for (let row = 0; row < length; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    if (start < end && (mayBeSpace(data[start]!) || mayBeSpace(data[end - 1]!))) return false;
  }
  return length === column.length;
}

/** ASCII's white space is among its control characters; that outside of ASCII is left to the function. */
function mayBeSpace(byte: number): boolean {
  return byte <= SPACE || byte >= FIRST_NON_ASCII;
}
