import type * as ParquetWasm from 'parquet-wasm/node';
import { ParquetryError } from '../core/errors.ts';
import { type DecodeMemory, freshMemory } from './arena.ts';
import { type CopyRequest, copyColumns, type Physical, type PhysicalColumn } from './arrow-memory.ts';
import { type ColumnChunk, type RowGroup, rowGroupOf } from './column-chunk.ts';
import { decoderFile } from './decoder-file.ts';
import { EXCERPT_KEY, type ExcerptAbout } from './excerpt.ts';
import { physicalOf } from './excerpt-elements.ts';
import { FILE, KEY_VALUE, structsAt, textAt } from './metadata.ts';
import { checkPages } from './page-walk.ts';
import { schemaTree } from './schema-tree.ts';
import { type Stored, type StoredField, type StoredScalar, scalarsOf, storedFields } from './stored-fields.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';
import { withWasm } from './wasm.ts';

/** The rows of an excerpt that are meant, as the file stores their values. */
export interface DecodedExcerpt {
  readonly rows: number;
  readonly fields: readonly StoredField[];
  /** One a field. */
  readonly columns: readonly PhysicalColumn[];
  readonly unknown?: readonly string[];
}

const TAIL_BYTES = 8; // length of the metadata, PAR1
const SMALLEST_BYTES = 12;

/** Decodes an excerpt, or a small Parquet file of one row group, into `memory`. Throws E_INTEGRITY if it is damaged. */
export function decodeExcerpt(bytes: Uint8Array, memory: DecodeMemory = freshMemory): DecodedExcerpt {
  const { metadata, start } = metadataOf(bytes);
  const fields = storedFields(schemaTree(structsAt(metadata, FILE.schema, 'schema')));
  const scalars = fields.flatMap(({ stored }) => scalarsOf(stored));
  const groups = structsAt(metadata, FILE.rowGroups, 'row_groups');
  const [group] = groups;
  if (!group || groups.length > 1) throw broken(`one row group, got ${groups.length}`);
  const rowGroup = rowGroupOf(group, scalars, start);
  const about = aboutOf(metadata, rowGroup.rows);
  for (const [i, chunk] of rowGroup.chunks.entries()) checkChunk(bytes, chunk, scalars[i]!, rowGroup);
  const { rows, unknown } = about;
  if (rows === 0) return { rows, fields: [], columns: [], unknown };
  const columns = parted(fields, rowGroup.chunks).flatMap((part) => {
    const file = decoderFile({ bytes, ...part, rows: rowGroup.rows, memory });
    const wanted = part.fields.map(({ stored }) => physicalTree(stored));
    return decoded(file, about, { columns: wanted, slots: { start: 0, length: rows }, to: memory });
  });
  return { rows, fields, columns, unknown };
}

/** Fields that are decoded together, and their columns. */
interface Part {
  readonly fields: StoredField[];
  readonly chunks: ColumnChunk[];
}

/**
 * Unpacked pages that a part has at least, but for the last: the decoder holds them twice and what it makes of them, and its memory
 * never shrinks. Fewer would be many calls for little.
 */
const PART_BYTES = 2 << 20;

/** The parts, in the order of the fields. */
function parted(fields: readonly StoredField[], chunks: readonly ColumnChunk[]): Part[] {
  const parts: Part[] = [];
  let [next, room] = [0, 0];
  for (const field of fields) {
    const own = chunks.slice(next, next + scalarsOf(field.stored).length);
    next += own.length;
    if (room <= 0) {
      parts.push({ fields: [], chunks: [] });
      room = PART_BYTES;
    }
    const part = parts.at(-1)!;
    part.fields.push(field);
    part.chunks.push(...own);
    for (const { uncompressedBytes } of own) room -= uncompressedBytes;
  }
  return parts;
}

function metadataOf(bytes: Uint8Array): { metadata: ThriftStruct; start: number } {
  const end = bytes.length - TAIL_BYTES;
  if (bytes.length < SMALLEST_BYTES) throw broken(`at least ${SMALLEST_BYTES} bytes, got ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
  if (length > end) throw broken(`metadata within its ${bytes.length} bytes, got ${length}`);
  return { metadata: readStruct(bytes.subarray(end - length, end)).value, start: end - length };
}

function aboutOf(metadata: ThriftStruct, rows: number): ExcerptAbout {
  const pairs = structsAt(metadata, FILE.keyValues, 'key_value_metadata');
  const found = pairs.find((pair) => textAt(pair, KEY_VALUE.key, 'key') === EXCERPT_KEY);
  if (!found) return { skip: 0, rows };
  const about = JSON.parse(textAt(found, KEY_VALUE.value, 'value') ?? '{}') as ExcerptAbout;
  if (!(about.skip >= 0 && about.rows >= 0 && about.skip + about.rows <= rows)) {
    throw broken(`rows within its ${rows}, got ${about.rows} after ${about.skip}`);
  }
  return about;
}

/** Values that repeat may be many more than rows, but a page holds them all, at a bit or more each. */
const MAX_VALUES = 2 ** 31 - 1;

function checkChunk(bytes: Uint8Array, { pages }: ColumnChunk, { levels }: StoredScalar, { rows }: RowGroup): void {
  checkPages(bytes.subarray(pages.start, pages.end), levels.maxRepetition === 0 ? rows : MAX_VALUES);
}

function physicalTree(stored: Stored): Physical {
  switch (stored.kind) {
    case 'scalar':
      return physicalScalar(stored);
    case 'struct':
      return { kind: 'struct', children: stored.fields.map((field) => physicalTree(field.stored)) };
    case 'list':
      return { kind: 'list', element: physicalTree(stored.element.stored) };
    case 'map': {
      const children = [stored.key, stored.value].map((slot) => physicalTree(slot.stored));
      return { kind: 'list', element: { kind: 'struct', children } };
    }
  }
}

const KINDS = {
  BOOLEAN: 'bool',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT: 'float',
  DOUBLE: 'double',
  BYTE_ARRAY: 'bytes',
} as const;

function physicalScalar({ element }: StoredScalar): Physical {
  const { physical, typeLength } = physicalOf(element);
  if (physical === 'FIXED_LEN_BYTE_ARRAY') return { kind: 'fixed', width: typeLength };
  if (physical === 'INT96') throw broken('INT96 as twelve bytes');
  return { kind: KINDS[physical] };
}

/** Several times what excerpts of the usual size take: a few large ones must not leave a lane large for good. */
const MAX_IDLE_BYTES = 64 * 2 ** 20;

/**
 * Of parquet-wasm's ways to hand out what it decoded this copies once; views of its memory would go blind as soon as that grows.
 * One batch: a batch size of all rows.
 */
function decoded(file: Uint8Array, { skip, rows }: ExcerptAbout, request: CopyRequest): PhysicalColumn[] {
  try {
    return withWasm((wasm) => {
      const table = wasm.readParquet(file, { batchSize: rows, offset: skip, limit: rows });
      const batches = table.recordBatches();
      table.free();
      const found = batches.reduce((sum, batch) => sum + batch.numRows, 0);
      const [batch, ...others] = batches;
      if (!batch || others.length > 0 || found !== rows) {
        for (const one of batches) one.free();
        throw broken(`${rows} rows, got ${found}`);
      }
      return copyBatch(wasm, batch, request);
    }, MAX_IDLE_BYTES);
  } catch (error) {
    if (error instanceof ParquetryError) throw error;
    throw broken(`pages that decode, got: ${messageOf(error)}`, error);
  }
}

function copyBatch(wasm: typeof ParquetWasm, batch: ParquetWasm.RecordBatch, request: CopyRequest): PhysicalColumn[] {
  const exported = batch.intoFFI(); // consumes the batch
  try {
    return copyColumns(wasm.wasmMemory().buffer, exported.arrayAddr(), request);
  } finally {
    exported.free();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function broken(wanted: string, cause?: unknown): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `Parquet data must have ${wanted}`, {
    hint: 'The file is damaged, or uses an encoding or codec that is not known.',
    cause,
  });
}
