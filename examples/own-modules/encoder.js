import { ParquetryError, readRow } from 'parquetry';
/**
 * Rows as CSV (RFC 4180). A lane encodes batches to segments; the landing puts the segments of all lanes into one file, so
 * what a file has once, its header, belongs to `assemble`.
 */
export default function createCsv({ separator = ',' }) {
  const line = (cells) => `${cells.map((cell) => quoted(cell, separator)).join(separator)}\r\n`;
  const encode = (batch) => {
    let text = '';
    for (let row = 0; row < batch.length; row++) text += line(Object.values(readRow(batch, row)).map(textOf));
    return { bytes: new TextEncoder().encode(text), rows: batch.length, meta: new Uint8Array() };
  };
  return {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8',
    check(fields) {
      const nested = fields.find(({ type }) => ['list', 'struct', 'map', 'binary'].includes(type.kind));
      if (nested) throw new ParquetryError('E_CONFIG', `CSV has no place for ${nested.name}, a ${nested.type.kind}`);
    },
    encode,
    assemble: (segments, { fields }) => {
      const header = new TextEncoder().encode(line(fields.map(({ name }) => name)));
      return [header, ...segments.map(({ bytes }) => bytes)];
    },
  };
}
function textOf(value) {
  return value === null ? '' : String(value);
}
function quoted(cell, separator) {
  return cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
