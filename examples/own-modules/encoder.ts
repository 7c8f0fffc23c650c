import {
  type ColumnBatch,
  type Encoder,
  ParquetryError,
  readRow,
  type Segment,
  type Timestamp,
  type Type,
  time,
  type Value,
} from 'parquetry';

interface Options {
  separator?: string;
}

/**
 * Rows as CSV (RFC 4180). A lane encodes batches to segments; the landing puts the segments of all lanes into one file, so
 * what a file has once, its header, belongs to `assemble`.
 */
export default function createCsv({ separator = ',' }: Options): Encoder {
  const line = (cells: readonly string[]) => `${cells.map((cell) => quoted(cell, separator)).join(separator)}\r\n`;
  const encode = (batch: ColumnBatch): Segment => {
    let text = '';
    for (let row = 0; row < batch.length; row++) {
      const values = readRow(batch, row);
      text += line(batch.fields.map(({ name, type }) => textOf(values[name] ?? null, type)));
    }
    return { parts: [new TextEncoder().encode(text)], rows: batch.length, meta: new Uint8Array() };
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
      return [header, ...segments.flatMap(({ parts }) => parts)];
    },
  };
}

function textOf(value: Value, type: Type): string {
  if (value === null) return '';
  // Whole microseconds since the epoch; with the unit ns a bigint, which is left as it is.
  if (type.kind === 'timestamp' && typeof value === 'number') return time.format(value as Timestamp);
  return String(value);
}

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
