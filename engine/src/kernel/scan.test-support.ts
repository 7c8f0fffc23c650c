import type { ScannedBatch } from '../columns/format.ts';
import type { BadRecord } from '../columns/record-batch.ts';
import { readRow, type Value } from '../columns/values.ts';
import type { Field, Schema } from '../core/schema.ts';
import { parseSlot } from '../core/schema-text.ts';
import { createJsonScanner } from './json-scanner.ts';
import { createKernelScanner } from './wasm-scanner.ts';

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

/** The scanners that must do the same. */
export const SCANNERS = { 'plain JavaScript': createJsonScanner, 'the kernel': createKernelScanner } as const;

export const scannerNames = Object.keys(SCANNERS) as (keyof typeof SCANNERS)[];

/** Scans bodies with a fresh scanner. */
export type Scan = (schema: Schema, bodies: readonly (string | Uint8Array)[], rest?: boolean) => Scanned;

/** The way to scan with one of the scanners. */
export function scanWith(name: keyof typeof SCANNERS): Scan {
  return (schema, bodies, rest = false) => {
    const scanner = SCANNERS[name](schema, { rest });
    let records = 0;
    for (const body of bodies) records += scanner.add(typeof body === 'string' ? Buffer.from(body) : body);
    const scanned = scannedFrom(scanner.take(), records);
    if ('close' in scanner && typeof scanner.close === 'function') scanner.close();
    return scanned;
  };
}

/** What was taken from a scanner, with all its values read. */
export function scannedFrom({ records: batch, bad, unknownKeys }: ScannedBatch, records: number): Scanned {
  const rows = Array.from({ length: batch.rows.length }, (_, row) => readRow(batch.rows, row));
  const originals = rows.map((_, row) =>
    Buffer.from(batch.bodies[batch.delivery[row]!]!.subarray(batch.start[row], batch.end[row])).toString(),
  );
  return { records, rows, bad, unknown: Object.fromEntries(unknownKeys), originals };
}
