import type { Field } from '../../../engine/src/core/schema.ts';
import { inspectParquet } from '../../../engine/src/encoders/parquet/inspect.ts';
import { Duck, rowsByWasm, sourceOf } from '../../../engine/src/encoders/parquet/oracle.test-support.ts';
import type { JsonValue } from '../../../engine/src/parquet/exact-value.ts';
import { duckForm, formOf } from './forms.ts';
import { type Case, physicalOf, type Row } from './matrix.ts';
import { hasPyarrow, openPyarrow } from './pyarrow.ts';

/** Rows in the form of `formOf`. */
export type Form = readonly (readonly JsonValue[])[];

/** A reader of Parquet files that shares no code with the others. */
export interface Reader {
  readonly name: string;
  /** Whether it is known to lack what a file needs; without it, it lacks nothing. */
  lacks?(of: Case): boolean;
  read(file: Uint8Array, fields: readonly Field[]): Promise<Form>;
  close(): Promise<void>;
}

const nothing = async () => {};

const hyparquet: Reader = {
  name: 'hyparquet',
  read: async (file, fields) => {
    const { rows, head } = await inspectParquet(sourceOf(file), { rows: Number.MAX_SAFE_INTEGER });
    if (rows !== head.length) throw new Error(`the footer must count the rows it has, got ${rows} for ${head.length}`);
    return head.map((row) => fields.map(({ name }) => row[name]!));
  },
  close: nothing,
};

const parquetWasm: Reader = {
  name: 'parquet-wasm',
  read: async (file, fields) => formsOf(rowsByWasm(file, fields), fields),
  close: nothing,
};

async function openDuckDb(): Promise<Reader> {
  const duck = await Duck.open();
  return {
    name: 'DuckDB',
    // "BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data"
    lacks: ({ encoding, type }) => encoding === 'byte-stream-split' && !['FLOAT', 'DOUBLE'].includes(physicalOf(type)),
    read: async (file, fields) => {
      const rows = await duck.query(file, `SELECT ${fields.map(({ name }) => `"${name}"`).join()} FROM FILE`);
      return rows.map((row) => fields.map(({ type }, i) => duckForm(type, row[i])));
    },
    close: () => duck[Symbol.asyncDispose](),
  };
}

/** All readers that are there: pyarrow only where python3 has it. */
export async function openReaders(): Promise<readonly Reader[]> {
  return [hyparquet, parquetWasm, await openDuckDb(), ...(hasPyarrow ? [await openPyarrow()] : [])];
}

/** What a reader should find. */
export function formsOf(rows: readonly Row[], fields: readonly Field[]): Form {
  return rows.map((row) => fields.map(({ name, type }) => formOf(type, row[name] ?? null)));
}
