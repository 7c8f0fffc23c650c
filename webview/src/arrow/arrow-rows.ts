import { type Data, DataType, type Field, tableFromIPC } from 'apache-arrow';
import type { FieldInfo, Rows } from '../../../engine/src/protocol/rows.ts';
import type { Cell, CellKind } from '../grid/source.ts';
import { cellJson, isJson, isNested, isNullAt, resolved } from './json-text.ts';
import { bytesAt, isBytes, isUuid, scalarText, textStart } from './scalar-text.ts';

/** Characters of a cell that a grid is given; a column is never as wide. */
const maxCellChars = 300;

/** Rows that arrived over the protocol, cell by cell. */
export interface ArrowRows {
  readonly length: number;
  readonly fields: readonly FieldInfo[];
  /** What a grid shows: exact, but for the end of a long text, and on one line. */
  cell(row: number, column: number): Cell;
  /** The same in full, over as many lines as it has. */
  whole(row: number, column: number): string;
  /** Canonical text of the cell in full; JSON for nested ones, `null` for null. */
  text(row: number, column: number): string;
  /** As compact JSON, as the engine writes it to NDJSON. */
  json(row: number, column: number): string;
  isNull(row: number, column: number): boolean;
  /** Whether a column's cells are numbers, which stand to the right. */
  isNumber(column: number): boolean;
  /** Whether a column holds JSON of any kind as text. */
  isJson(column: number): boolean;
  /** Where the values of a column lie; absent without rows. */
  data(column: number): Data | undefined;
}

/** Reads the Arrow bytes of rows. Values are looked at when they are asked for. */
export function arrowRows({ fields, length, arrow }: Rows): ArrowRows {
  const table = length === 0 ? undefined : tableFromIPC(arrow);
  const columns = table?.batches[0]?.data.children ?? [];
  const arrowFields: readonly Field[] = table?.schema.fields ?? [];
  const kinds = arrowFields.map(kindOf);

  const text = (row: number, column: number) => {
    const field = arrowFields[column]!;
    if (isNullAt(columns[column]!, row)) return 'null';
    const [data, at] = resolved(columns[column]!, row);
    return isNested(data.type) || isJson(field) ? cellJson(data, field, at) : scalarText(data, at);
  };
  return {
    length,
    fields,
    text,
    json: (row, column) => cellJson(columns[column]!, arrowFields[column]!, row),
    isNull: (row, column) => isNullAt(columns[column]!, row),
    isNumber: (column) => kinds[column] === 'number',
    isJson: (column) => arrowFields[column] !== undefined && isJson(arrowFields[column]),
    data: (column) => columns[column],
    whole(row, column) {
      if (isNullAt(columns[column]!, row)) return nullCell.text;
      const [data, at] = resolved(columns[column]!, row);
      return shownText(data, arrowFields[column]!, at, Number.POSITIVE_INFINITY);
    },
    cell(row, column) {
      if (isNullAt(columns[column]!, row)) return nullCell;
      const [data, at] = resolved(columns[column]!, row);
      const shown = shownText(data, arrowFields[column]!, at, maxCellChars);
      const start = shown.length > maxCellChars ? `${shown.slice(0, maxCellChars)}…` : shown;
      const text = start.replaceAll(/\r\n|[\r\n]/g, '⏎');
      return { kind: kinds[column]!, text, isCut: text !== shown };
    },
  };
}

const nullCell: Cell = { kind: 'null', text: 'null' };

/** At least one character more than `maxChars`, if there are more. */
function shownText(data: Data, field: Field, row: number, maxChars: number): string {
  const { type } = data;
  if (isNested(type) || isJson(field)) return cellJson(data, field, row, maxChars);
  if (isBytes(type) && !isUuid(type)) return hexText(bytesAt(data, row), maxChars);
  if (!DataType.isUtf8(type) && !DataType.isLargeUtf8(type)) return scalarText(data, row);
  return textStart(bytesAt(data, row), maxChars + 1);
}

/** Bytes are recognised by their first ones, as hexadecimal digits: base64 tells nobody anything. */
function hexText(bytes: Uint8Array, maxChars: number): string {
  const shown = bytes.subarray(0, Math.min(bytes.length, maxChars / 2 + 1));
  return `0x${Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function kindOf(field: Field): CellKind {
  const type = DataType.isDictionary(field.type) ? (field.type.dictionary as DataType) : (field.type as DataType);
  if (isNested(type) || isJson(field)) return 'nested';
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return 'number';
  if (DataType.isTimestamp(type) || DataType.isDate(type) || DataType.isTime(type)) return 'time';
  if (DataType.isBool(type)) return 'bool';
  return isBytes(type) && !isUuid(type) ? 'binary' : 'text';
}
