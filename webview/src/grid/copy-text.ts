import type { CellAddress, GridSource } from './source.ts';

/** Cells that are copied at most: what a spreadsheet takes, and what does not freeze the page. */
const maxCopiedCells = 200_000;

/** Whole cells between two corners as tab-separated lines; what holds tabs, quotes or line breaks is quoted, as spreadsheets read it. */
export function copyText(source: GridSource, from: CellAddress, to: CellAddress): string {
  const [top, bottom] = sorted(from.row, to.row);
  const [left, right] = sorted(from.column, to.column);
  const isOne = top === bottom && left === right;
  const lines: string[] = [];
  for (let row = top; row <= bottom && (lines.length + 1) * (right - left + 1) <= maxCopiedCells; row++) {
    const texts: string[] = [];
    for (let column = left; column <= right; column++) {
      const text = wholeText(source, row, column);
      texts.push(isOne ? text : quoted(text));
    }
    lines.push(texts.join('\t'));
  }
  return lines.join('\n');
}

/** A cell that was cut and whose text is elsewhere is copied as it is shown. */
function wholeText(source: GridSource, row: number, column: number): string {
  const cell = source.cell(row, column);
  if (cell === undefined || cell.kind === 'null') return '';
  const full = cell.isCut ? source.fullText?.(row, column) : undefined;
  return typeof full === 'string' ? full : cell.text;
}

function quoted(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function sorted(a: number, b: number): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}
