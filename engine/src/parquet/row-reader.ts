import { type FileMetaData, parquetMetadata, parquetRead, type SchemaElement } from 'hyparquet';
import { ParquetryError } from '../core/errors.ts';
import { loadDecompressors } from './decompress.ts';
import { exactValue, type JsonValue, type PhysicalValue } from './exact-value.ts';
import type { ByteSource } from './footer-reader.ts';
import { isList, shapeOf } from './foreign-type.ts';
import { type GuardedChunk, guardPages } from './page-guard.ts';
import type { SchemaNode } from './schema-tree.ts';

/** What `readRows` needs of a file whose metadata was read. */
export interface RowsRequest {
  readonly source: ByteSource;
  /** The metadata's bytes with length and magic, as `readFooter` gives them. */
  readonly tail: Uint8Array;
  readonly schema: SchemaNode;
  readonly chunks: readonly GuardedChunk[];
  readonly rows: number;
}

/** A row as an object in schema order, every value exact. */
export type JsonRow = { readonly [name: string]: JsonValue };

/**
 * The first rows of a file, from as few ranges as its indexes allow. Throws E_INTEGRITY where hyparquet cannot decode them.
 *
 * hyparquet is asked for physical values: it would turn decimals into doubles and microseconds into Dates. So the metadata
 * it gets has no annotations but those of lists, and ours are applied to what it returns.
 */
export async function readRows({ source, tail, schema, chunks, rows }: RowsRequest): Promise<JsonRow[]> {
  let read: readonly (readonly unknown[])[] = [];
  try {
    const metadata = withoutAnnotations(parquetMetadata(tail, { geoparquet: false }), schema);
    const compressors = await loadDecompressors();
    await parquetRead({
      file: guardPages(source, chunks, compressors),
      metadata,
      compressors,
      parsers: { timestampFromNanoseconds: (nanoseconds) => nanoseconds },
      utf8: false,
      useOffsetIndex: true,
      geoparquet: false,
      rowEnd: rows,
      onComplete: (found) => {
        read = found;
      },
    });
    return read.map((row) =>
      Object.fromEntries(schema.children.map((node, i) => [node.name, cellValue(node, row[i])])),
    );
  } catch (error) {
    if (error instanceof ParquetryError) throw error;
    throw new ParquetryError('E_INTEGRITY', `the rows must decode, got: ${messageOf(error)}`, {
      hint: 'The pages are damaged, or use an encoding or codec that inspect does not read.',
      cause: error,
    });
  }
}

function withoutAnnotations(metadata: FileMetaData, schema: SchemaNode): FileMetaData {
  const lists = nodesOf(schema).map(isList);
  const elements = metadata.schema.map((element, i): SchemaElement => {
    const { type, type_length, repetition_type, name, num_children } = element;
    return { type, type_length, repetition_type, name, num_children, converted_type: lists[i] ? 'LIST' : undefined };
  });
  return { ...metadata, schema: elements };
}

/** Depth first: as schema elements are listed. */
function nodesOf(node: SchemaNode): SchemaNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

function cellValue(node: SchemaNode, value: unknown): JsonValue {
  if (value === undefined || value === null) return null;
  if (node.repetition === 'REPEATED' && Array.isArray(value)) return value.map((item) => unrepeated(node, item));
  return unrepeated(node, value);
}

function unrepeated(node: SchemaNode, value: unknown): JsonValue {
  if (value === undefined || value === null) return null;
  const shape = shapeOf(node);
  switch (shape.kind) {
    case 'scalar':
      return exactValue(node, value as PhysicalValue);
    case 'list':
      return (value as unknown[]).map((element) => unrepeated(shape.element, element));
    case 'map': {
      const entries = (value as Record<string, Record<string, unknown>[]>)[shape.entries.name] ?? [];
      return Object.fromEntries(
        entries.map((entry) => [keyText(shape.key, entry), cellValue(shape.value, entry[shape.value.name])]),
      );
    }
    case 'struct':
      return Object.fromEntries(
        node.children.map((child) => [child.name, cellValue(child, (value as Record<string, unknown>)[child.name])]),
      );
  }
}

function keyText(key: SchemaNode, entry: Record<string, unknown>): string {
  const value = cellValue(key, entry[key.name]);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
