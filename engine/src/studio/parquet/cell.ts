import { bytesAt, isNull } from '../../columns/cells.ts';
import type { Column } from '../../columns/column.ts';
import { isScalar, scalarText } from '../../columns/scalar-text.ts';
import { ParquetryError } from '../../core/errors.ts';
import { jsonStart } from './cell-text.ts';
import type { OpenedFile } from './opened-file.ts';
import { readTogether } from './read-columns.ts';

/** What a page can show at once. */
const MAX_CHARS = 16 * 2 ** 20;

/** `parquet.cell`: one value in full. Bytes without a meaning are base64. */
export async function wholeCell(
  file: OpenedFile,
  { row, column: name }: { readonly row: number; readonly column: string },
): Promise<{ text: string; isCut: boolean }> {
  const field = file.field(name);
  if (!(Number.isSafeInteger(row) && row >= 0 && row < file.parquet.rows)) {
    throw new ParquetryError('E_NOT_FOUND', `the file has the rows 0 to ${file.parquet.rows - 1}, not ${row}`);
  }
  const rowGroup = file.groupOf(row);
  const start = row - file.firstRows[rowGroup]!;
  const arena = file.takeArena();
  try {
    const wanted = { fields: [field], rowGroup, rows: { start, end: start + 1 } };
    const { columns } = await readTogether(file, wanted, arena);
    return textOf(columns[0]!);
  } finally {
    file.giveArena(arena);
  }
}

function textOf(column: Column): { text: string; isCut: boolean } {
  if (isNull(column, 0)) return { text: 'null', isCut: false };
  if (!isScalar(column.type)) {
    const { text, isCut } = jsonStart(column, 0, MAX_CHARS);
    return { text: isCut ? text : indented(text), isCut };
  }
  if (!column.data) return { text: scalarText(column, 0), isCut: false };
  const bytes = bytesAt(column, 0).subarray(0, MAX_CHARS);
  const isCut = column.offsets![1]! - column.offsets![0]! > MAX_CHARS;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return { text: buffer.toString(column.type.kind === 'binary' ? 'base64' : 'utf8'), isCut };
}

/** Line breaks after brackets and commas that are not within strings: numbers keep all their digits, which JSON.parse would not. */
function indented(json: string): string {
  let depth = 0;
  return json.replace(/"(?:[^"\\]|\\.)*"|\[\]|\{\}|[[\]{},:]/g, (token) => {
    const line = (more: number) => {
      depth += more;
      return `\n${'  '.repeat(depth)}`;
    };
    if (token === '[' || token === '{') return `${token}${line(1)}`;
    if (token === ']' || token === '}') return `${line(-1)}${token}`;
    if (token === ',') return `,${line(0)}`;
    return token === ':' ? ': ' : token;
  });
}
