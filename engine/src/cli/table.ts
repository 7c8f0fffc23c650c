/** Rows of cells as aligned lines; the last column is not padded. `width` measures a cell's visible text. */
export function alignRows(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths: number[] = [];
  for (const [i, cell] of rows.flatMap((row) => [...row.entries()]))
    widths[i] = Math.max(widths[i] ?? 0, visibleWidth(cell));
  return rows.map((row) =>
    `${indent}${row.map((cell, i) => cell + ' '.repeat(widths[i]! - visibleWidth(cell))).join('  ')}`.trimEnd(),
  );
}

/** Columns a text takes on a terminal, styles left out. Wide characters count as one. */
function visibleWidth(text: string): number {
  return [...text.replace(/\u001b\[[0-9;]*m/g, '')].length;
}
