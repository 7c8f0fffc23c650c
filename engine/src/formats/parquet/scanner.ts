import { createBuilder } from '../../columns/builder.ts';
import type { Column, ColumnBatch } from '../../columns/column.ts';
import type { ScannedBatch, Scanner, ScannerOptions } from '../../columns/format.ts';
import { rowToJson } from '../../columns/ndjson-text.ts';
import type { BadRecord } from '../../columns/record-batch.ts';
import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import type { Field, Schema } from '../../core/schema.ts';
import { Arena, takeInt32 } from '../../parquet/arena.ts';
import { type BodyColumns, readBody } from './read-body.ts';
import { UnknownColumns } from './unknown-columns.ts';

const utf8 = new TextEncoder();

/** Column that keeps unknown columns. */
const REST: Field = { name: '_rest', type: { kind: 'json' }, optional: true };

/**
 * A scanner of excerpts: small Parquet files of one row group, as sources cut them from large ones. Columns are taken over as
 * they were decoded, without a value being looked at unless its type must change. Throws E_SCHEMA, naming the column, when a
 * body has columns that can never fit the schema.
 */
export function createParquetScanner(schema: Schema, options: ScannerOptions): Scanner {
  if (options.rest && schema.fields.some((field) => field.name === REST.name)) {
    throw new ParquetryError('E_SCHEMA', `field ${REST.name} must not be declared where unknown keys are kept in it`, {
      hint: 'Rename the field, or do not ask for the rest.',
    });
  }
  return new ParquetScanner(schema, options);
}

class ParquetScanner implements Scanner {
  readonly schema: Schema;
  readonly #fields: readonly Field[];
  readonly #rest: Field | undefined;
  readonly #unknown = new UnknownColumns();
  #bodies: Uint8Array[] = [];
  #taken: { readonly delivery: number; readonly columns: BodyColumns }[] = [];
  #bad: BadRecord[] = [];
  readonly #memory = new Arena();
  #isTaken = false;

  constructor(schema: Schema, { rest }: ScannerOptions) {
    this.#fields = schema.fields;
    this.#rest = rest ? REST : undefined;
    this.schema = { ...schema, fields: rest ? [...schema.fields, REST] : schema.fields };
  }

  get rows(): number {
    return this.#taken.reduce((sum, { columns }) => sum + columns.rows.length, 0);
  }

  add(body: Uint8Array): number {
    if (this.#isTaken) this.#memory.reset();
    this.#isTaken = false;
    const delivery = this.#bodies.push(body) - 1;
    try {
      const columns = readBody(body, { fields: this.#fields, rest: this.#rest, memory: this.#memory });
      this.#taken.push({ delivery, columns });
      for (const bad of columns.bad)
        this.#bad.push({ delivery, start: 0, end: 0, offset: 0, reason: 'misfit', ...bad });
      for (const name of columns.unknown) this.#unknown.add(name, columns.found);
      return columns.found;
    } catch (thrown) {
      const error = asParquetryError(thrown);
      if (error.code === 'E_SCHEMA') throw error;
      // No record can be told from the others: the body as a whole is one that is bad.
      const whole = { delivery, ordinal: -1, start: 0, end: body.length, offset: 0 };
      this.#bad.push({ ...whole, reason: 'malformed', message: error.message });
      return 1;
    }
  }

  take(): ScannedBatch {
    const [bodies, taken, bad] = [this.#bodies, this.#taken, this.#bad];
    [this.#bodies, this.#taken, this.#bad] = [[], [], []];
    this.#isTaken = true;
    const rows = joined(
      this.schema.fields,
      taken.map(({ columns }) => columns.rows),
    );
    const integers = () => takeInt32(this.#memory, rows.length);
    const [delivery, ordinal, start] = [integers(), integers(), integers().fill(0)];
    let at = 0;
    for (const { delivery: of, columns } of taken) {
      delivery.fill(of, at, at + columns.ordinals.length);
      ordinal.set(columns.ordinals, at);
      at += columns.ordinals.length;
    }
    const records = {
      rows,
      delivery,
      ordinal,
      start,
      end: start,
      bodies,
      original: (row: number) => utf8.encode(rowToJson(rows, row)),
    };
    return { records, bad, unknownKeys: this.#unknown.take() };
  }
}

/** Batches one behind the other; a single one is handed on as it is. */
function joined(fields: readonly Field[], batches: readonly ColumnBatch[]): ColumnBatch {
  const [only, ...others] = batches;
  if (only && others.length === 0) return only;
  const length = batches.reduce((sum, batch) => sum + batch.length, 0);
  const columns = fields.map((field, i): Column => {
    const builder = createBuilder(field.type);
    for (const batch of batches) builder.appendSelection(batch.columns[i]!, undefined);
    return builder.finish();
  });
  return { fields, length, columns };
}
