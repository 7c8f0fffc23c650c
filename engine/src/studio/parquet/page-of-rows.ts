import { toArrowIpc } from '../../columns/arrow.ts';
import type { Column } from '../../columns/column.ts';
import type { ParquetryError } from '../../core/errors.ts';
import type { Field } from '../../core/schema.ts';
import { formatSlot } from '../../core/schema-text.ts';
import type { Rows } from '../../protocol/rows.ts';
import type { OpenedFile } from './opened-file.ts';
import { readColumns } from './read-columns.ts';
import { ShownColumn } from './shown-column.ts';
import type { ViewField } from './view-fields.ts';

/** Rows for a screen, as columns in memory of their own. */
export interface RowsRead {
  readonly fields: readonly ViewField[];
  readonly length: number;
  /** One a field, nested ones as JSON. */
  readonly columns: readonly Column[];
  readonly cut: readonly (readonly [row: number, column: number])[];
  readonly refused: readonly { readonly row: number; readonly column: number; readonly message: string }[];
}

/** As they cross the protocol. */
export function shownRows({ fields, length, columns }: RowsRead): Rows {
  const shown = fields.map(({ name }, i): Field => ({ name, optional: true, type: columns[i]!.type }));
  return {
    fields: fields.map((field) => ({ name: field.name, type: formatSlot(field) })),
    length,
    arrow: toArrowIpc({ fields: shown, length, columns }),
  };
}

/** Rows of one row group that are read together. */
interface Part {
  readonly rowGroup: number;
  readonly start: number;
  readonly end: number;
  /** Of the row group, ascending. */
  readonly rows: readonly number[];
}

/** Rows between two that are wanted which are rather decoded than looked for in another range. */
const MAX_GAP_ROWS = 256;

/** The rows of these numbers, in their order; of each column only the pages that hold them are read. */
export async function readRowsOf(
  file: OpenedFile,
  fields: readonly ViewField[],
  rowNumbers: Float64Array,
  signal: AbortSignal,
): Promise<RowsRead> {
  const ascending = rowNumbers.toSorted();
  const shown = fields.map(({ type }) => new ShownColumn(type));
  const refused: { row: number; column: number; message: string }[] = [];
  const order = orderOf(rowNumbers, ascending);
  const positions = invert(order, rowNumbers.length);
  const failures = new Map<number, ParquetryError>();
  let done = 0;
  for (const part of partsOf(file, ascending)) {
    const { rowGroup, start, end } = part;
    const picks = Int32Array.from(part.rows, (row) => row - start);
    for await (const read of readColumns(file, { fields, rowGroup, rows: { start, end } })) {
      signal.throwIfAborted();
      for (const [i, column] of read.columns.entries()) shown[read.at + i]!.append(column, picks);
      if (read.failure) {
        failures.set(read.at, read.failure);
        shown[read.at]!.appendNulls(picks.length);
        for (let pick = 0; pick < picks.length; pick++) {
          refused.push({ row: positions[done + pick]!, column: read.at, message: read.failure.message });
        }
      }
      for (const { row, column, message } of read.refused) {
        const pick = picks.indexOf(row);
        if (pick >= 0) refused.push({ row: positions[done + pick]!, column: read.at + column, message });
      }
    }
    done += part.rows.length;
  }
  const [failure] = failures.values();
  if (failure && failures.size === fields.length) throw failure;
  return {
    fields,
    length: rowNumbers.length,
    columns: shown.map((column) => column.finish(order)),
    cut: shown.flatMap((column, i) => column.cut.map((slot): [number, number] => [positions[slot]!, i])),
    refused,
  };
}

function* partsOf(file: OpenedFile, ascending: Float64Array): Generator<Part> {
  let part: { rowGroup: number; rows: number[] } | undefined;
  const ended = ({ rowGroup, rows }: NonNullable<typeof part>): Part => ({
    rowGroup,
    rows,
    start: rows[0]!,
    end: rows.at(-1)! + 1,
  });
  for (const number of ascending) {
    const rowGroup = file.groupOf(number);
    const row = number - file.firstRows[rowGroup]!;
    const isNear = part?.rowGroup === rowGroup && row - part.rows.at(-1)! <= MAX_GAP_ROWS;
    if (part && isNear) part.rows.push(row);
    else {
      if (part) yield ended(part);
      part = { rowGroup, rows: [row] };
    }
  }
  if (part) yield ended(part);
}

/** Where each wanted row is among the ascending ones; undefined where they are ascending themselves. */
function orderOf(wanted: Float64Array, ascending: Float64Array): Int32Array | undefined {
  if (wanted.every((row, i) => row === ascending[i])) return undefined;
  const places = new Map(Array.from(ascending, (row, i) => [row, i]));
  return Int32Array.from(wanted, (row) => places.get(row)!);
}

/** For each slot in ascending order the row that shows it. */
function invert(order: Int32Array | undefined, length: number): Int32Array {
  const positions = Int32Array.from({ length }, (_, i) => i);
  order?.forEach((slot, row) => {
    positions[slot] = row;
  });
  return positions;
}
