import type { Schema } from '../core/schema.ts';
import { formatType } from '../core/schema-text.ts';
import type { RowReader } from './rows/row-reader.ts';

/**
 * Makes output rows of those input fields that the output has by name and type, from records as they came in: read anew,
 * because the user's code may have changed its object. Throws what the reader throws.
 */
export function createPassthrough(rows: RowReader, input: Schema, output: Schema): (row: number) => object {
  const types = new Map(output.fields.map(({ name, type }) => [name, formatType(type)]));
  const names = input.fields.filter(({ name, type }) => types.get(name) === formatType(type)).map(({ name }) => name);
  return (row) => {
    const record = rows.at(row) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(names.map((name) => [name, record[name]]));
  };
}
