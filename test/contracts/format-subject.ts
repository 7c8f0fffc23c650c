import type { ScannedBatch, Scanner, ScannerOptions } from '../../engine/src/columns/format.ts';
import { readRow, type Value } from '../../engine/src/columns/values.ts';
import type { Schema } from '../../engine/src/core/schema.ts';
import { parseSlot } from '../../engine/src/core/schema-text.ts';
import type { AnyComponent } from '../../engine/src/pipeline/components.ts';
import type { Named } from './claim.ts';

/** What the suite says in every format: an id, a name that may be missing, and keys nobody declared. */
export const schema: Schema = {
  fields: [
    { name: 'id', ...parseSlot('int') },
    { name: 'name', ...parseSlot('string?') },
  ],
};

/** A record to be written: an id that fits, or text in its place; extra keys are not in the schema. */
export interface Said {
  readonly id: number | string;
  readonly name?: string;
  readonly extra?: Readonly<Record<string, number>>;
}

/** A format, and a writer of what it reads. */
export interface FormatSubject extends Named {
  createScanner(options?: Partial<ScannerOptions>, schema?: Schema): Promise<Scanner>;
  /** One record's bytes, without what separates it from the next. */
  write(record: Said): string;
  /** A record that is none of the format, though the next one can be told from it. */
  readonly malformed: string;
  /** Records as one body. */
  join(records: readonly string[]): string;
}

/** What a file in `formats/` exports. */
export interface FormatFixture {
  subjects(component: AnyComponent<'format'>): FormatSubject[];
}

/** What a batch holds, in a form that tests compare; the batch itself is valid for a short time only. */
export interface Scanned {
  readonly rows: readonly { readonly [name: string]: Value }[];
  /** Of each row: its delivery, its ordinal, and the bytes its span leads back to. */
  readonly origins: readonly (readonly [delivery: number, ordinal: number, text: string])[];
  /** Of each bad record: the same, and why. */
  readonly bad: readonly (readonly [delivery: number, ordinal: number, text: string, reason: string])[];
  readonly unknown: Readonly<Record<string, number>>;
}

export function taken({ records, bad, unknownKeys }: ScannedBatch): Scanned {
  const textOf = (delivery: number, start: number, end: number) =>
    Buffer.from(records.bodies[delivery]!.subarray(start, end)).toString();
  const rows = Array.from({ length: records.rows.length }, (_, row) => readRow(records.rows, row));
  return {
    rows,
    origins: rows.map((_, row) => {
      const delivery = records.delivery[row]!;
      return [delivery, records.ordinal[row]!, textOf(delivery, records.start[row]!, records.end[row]!)] as const;
    }),
    bad: bad.map(({ delivery, ordinal, start, end, reason }) => [
      delivery,
      ordinal,
      textOf(delivery, start, end),
      reason,
    ]),
    unknown: Object.fromEntries(unknownKeys),
  };
}

/** The row a record becomes. */
export const rowOf = ({ id, name }: Said) => ({ id: id as number, name: name ?? null });
