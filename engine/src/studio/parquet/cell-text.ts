import { isNull } from '../../columns/cells.ts';
import type { Column } from '../../columns/column.ts';
import { cellToJson } from '../../columns/ndjson-text.ts';
import { isScalar, scalarText } from '../../columns/scalar-text.ts';

/** A cell as text: canonical for scalars, JSON for nested ones; undefined for null. */
export function cellText(column: Column, row: number): string | undefined {
  if (isNull(column, row)) return undefined;
  return isScalar(column.type) ? scalarText(column, row) : cellToJson(column, row);
}

/** The start of a nested cell's JSON; `isCut` where it goes on. A cell of millions of elements costs as much as is shown of it. */
export function jsonStart(column: Column, row: number, maxChars: number): { text: string; isCut: boolean } {
  let text = '';
  const isOver = () => text.length > maxChars;
  write(column, row);
  return isOver() ? { text: text.slice(0, maxChars).toWellFormed(), isCut: true } : { text, isCut: false };

  function write(from: Column, slot: number): void {
    const { type } = from;
    if (isNull(from, slot)) text += 'null';
    else if (type.kind === 'struct') {
      writeAll('{}', type.fields.keys(), (i) => {
        text += `${JSON.stringify(type.fields[i]!.name)}:`;
        write(from.children![i]!, slot);
      });
    } else if (type.kind === 'list') {
      writeAll('[]', elements(from, slot), (element) => write(from.children![0]!, element));
    } else if (type.kind === 'map') {
      const [keys, values] = from.children as [Column, Column];
      writeAll('{}', elements(from, slot), (entry) => {
        text += `${JSON.stringify(cellText(keys, entry) ?? 'null')}:`;
        write(values, entry);
      });
    } else text += cellToJson(from, slot);
  }

  function writeAll(brackets: string, items: Iterable<number>, each: (item: number) => void): void {
    text += brackets[0];
    let isFirst = true;
    for (const item of items) {
      if (isOver()) return;
      if (!isFirst) text += ',';
      isFirst = false;
      each(item);
    }
    text += brackets[1];
  }
}

function* elements({ offsets }: Column, row: number): Generator<number> {
  for (let i = offsets![row]!; i < offsets![row + 1]!; i++) yield i;
}
