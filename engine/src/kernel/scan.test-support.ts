import type { BadRecord } from '../columns/record-batch.ts';
import { readRow, type Value } from '../columns/values.ts';
import type { Field, Schema } from '../core/schema.ts';
import { parseSlot } from '../core/schema-text.ts';
import { createJsonScanner } from './json-scanner.ts';

/** What a scanner made of some bodies, in a form that tests compare. */
export interface Scanned {
  readonly records: number;
  readonly rows: readonly { readonly [name: string]: Value }[];
  readonly bad: readonly BadRecord[];
  readonly unknown: Readonly<Record<string, number>>;
  /** The bytes of each row's record. */
  readonly originals: readonly string[];
}

/** A schema in the notation of schema files: `{ id: 'int64', tags: 'list<string>?' }`. */
export function schemaOf(slots: Readonly<Record<string, string>>): Schema {
  return { fields: Object.entries(slots).map(([name, text]): Field => ({ name, ...parseSlot(text) })) };
}

/** Scans bodies with a fresh scanner. */
export function scan(schema: Schema, bodies: readonly (string | Uint8Array)[], rest = false): Scanned {
  const scanner = createJsonScanner(schema, { rest });
  let records = 0;
  for (const body of bodies) records += scanner.add(typeof body === 'string' ? Buffer.from(body) : body);
  const { records: batch, bad, unknownKeys } = scanner.take();
  const rows = Array.from({ length: batch.rows.length }, (_, row) => readRow(batch.rows, row));
  const originals = rows.map((_, row) =>
    Buffer.from(batch.bodies[batch.delivery[row]!]!.subarray(batch.start[row], batch.end[row])).toString(),
  );
  return { records, rows, bad, unknown: Object.fromEntries(unknownKeys), originals };
}
