import type { Type } from '../core/schema.ts';
import { isNull, numberAt, textAt } from './cells.ts';
import type { Column, ColumnBatch } from './column.ts';
import { numberText, scalarText } from './scalar-text.ts';

/**
 * Exact JSON text of a row, on one line, without the newline: integers and decimals as numbers with all their digits,
 * timestamps, dates, times and uuids as canonical strings, binary as base64, json as it is, null for null.
 * NaN and the infinities, which JSON lacks, become the strings "NaN", "Infinity" and "-Infinity".
 */
export function rowToJson(batch: ColumnBatch, row: number): string {
  return objectText(batch.fields, batch.columns, row);
}

/** Exact JSON text of one cell, as `rowToJson` writes it. */
export function cellToJson(column: Column, row: number): string {
  if (isNull(column, row)) return 'null';
  const { type } = column;
  switch (type.kind) {
    case 'string':
      return JSON.stringify(textAt(column, row));
    case 'json':
      return oneLine(textAt(column, row));
    case 'float':
    case 'double':
      return doubleText(numberAt(column, row));
    case 'list':
      return `[${elementTexts(column, row, (element) => cellToJson(column.children![0]!, element))}]`;
    case 'struct':
      return objectText(type.fields, column.children!, row);
    case 'map':
      return mapText(column, row);
    default:
      return isQuoted(type) ? `"${scalarText(column, row)}"` : scalarText(column, row);
  }
}

/** Scalars whose canonical text is neither a JSON number nor a JSON literal; it never needs escapes. */
function isQuoted(type: Type): boolean {
  return ['binary', 'date', 'time', 'timestamp', 'uuid'].includes(type.kind);
}

function objectText(fields: readonly { readonly name: string }[], columns: readonly Column[], row: number): string {
  let text = '{';
  for (let i = 0; i < fields.length; i++) {
    text += `${i > 0 ? ',' : ''}${JSON.stringify(fields[i]!.name)}:${cellToJson(columns[i]!, row)}`;
  }
  return `${text}}`;
}

/** A map as an object; keys that are not strings by their canonical text. */
function mapText(column: Column, row: number): string {
  const [keys, values] = column.children as [Column, Column];
  const key = (entry: number) => JSON.stringify(scalarText(keys, entry));
  return `{${elementTexts(column, row, (entry) => `${key(entry)}:${cellToJson(values, entry)}`)}}`;
}

function elementTexts(column: Column, row: number, text: (element: number) => string): string {
  const texts: string[] = [];
  for (let i = column.offsets![row]!; i < column.offsets![row + 1]!; i++) texts.push(text(i));
  return texts.join(',');
}

function doubleText(value: number): string {
  return Number.isFinite(value) ? numberText(value) : `"${value}"`;
}

/** Line breaks can only be insignificant whitespace: JSON strings hold none unescaped. */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1') : json;
}
