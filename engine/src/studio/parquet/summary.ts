import { formatSlot } from '../../core/schema-text.ts';
import { type ChunkFacts, chunkFacts } from '../../parquet/chunk-facts.ts';
import { typeText } from '../../parquet/foreign-type.ts';
import { FILE, KEY_VALUE, numberAt, structsAt, textAt } from '../../parquet/metadata.ts';
import type { ParquetChunk, ParquetColumn, ParquetRowGroup, ParquetSummary } from '../../protocol/parquet.ts';
import { notesOn } from './notes.ts';
import type { OpenedFile } from './opened-file.ts';

/** More are not listed: no screen shows them. */
const MAX_COLUMNS = 10_000;
/** Chunks of wider files, or of more row groups, are told by `parquet.pages`. */
const MAX_CHUNK_COLUMNS = 200;
const MAX_CHUNKS = 50_000;
const MAX_VALUE_CHARS = 1_024;

/** What a file says of itself. */
export function summaryOf(file: OpenedFile): ParquetSummary {
  const { parquet, spec, bytes, fields } = file;
  const { metadata, scalars } = parquet;
  const listed = Math.min(scalars.length, MAX_COLUMNS);
  const withChunks = scalars.length <= MAX_CHUNK_COLUMNS && scalars.length * parquet.rowGroups.length <= MAX_CHUNKS;
  const totals = Array.from({ length: listed }, () => new ColumnTotal());
  const rowGroups = parquet.rowGroups.map((group): ParquetRowGroup => {
    const facts = group.chunks.slice(0, listed).map((chunk, i) => chunkFacts(chunk, scalars[i]!.element));
    for (const [i, fact] of facts.entries()) totals[i]!.add(fact);
    return {
      rows: group.rows,
      bytes: group.compressedBytes,
      uncompressedBytes: group.uncompressedBytes,
      chunks: withChunks ? facts.map(chunkOf) : undefined,
    };
  });
  const columns = totals.map((total, i): ParquetColumn => {
    const { element } = scalars[i]!;
    const { physical, typeLength, path } = element;
    return {
      path: path.join('.'),
      physicalType: physical === 'FIXED_LEN_BYTE_ARRAY' ? `${physical}(${typeLength})` : physical!,
      logicalType: typeText(element),
      ...total.facts(),
    };
  });
  const keyValues = structsAt(metadata, FILE.keyValues, 'key_value_metadata').map(
    (pair) => [textAt(pair, KEY_VALUE.key, 'key') ?? '', textAt(pair, KEY_VALUE.value, 'value') ?? ''] as const,
  );
  const known: Omit<ParquetSummary, 'notes'> = {
    handle: spec.handle,
    uri: spec.place,
    sizeBytes: bytes.byteLength,
    rows: parquet.rows,
    createdBy: textAt(metadata, FILE.createdBy, 'created_by'),
    version: numberAt(metadata, FILE.version, 'version') ?? 0,
    keyValues,
    fields: fields.map((field) => ({ name: field.name, type: formatSlot(field) })),
    columns,
    rowGroups,
  };
  return { ...known, notes: notesOn(known, { columns: scalars.length }) };
}

function chunkOf({ compressedBytes, uncompressedBytes, min, max, nulls }: ChunkFacts): ParquetChunk {
  return { bytes: compressedBytes, uncompressedBytes, min: shortText(min), max: shortText(max), nulls };
}

function shortText(value: ChunkFacts['min']): string | undefined {
  if (value === undefined || value === null) return undefined;
  return String(value).slice(0, MAX_VALUE_CHARS);
}

/** A column over all row groups. */
class ColumnTotal {
  #compressedBytes = 0;
  #uncompressedBytes = 0;
  #nulls: number | undefined = 0;
  #hasBloom = false;
  #hasPageIndex = true;
  readonly #codecs = new Set<string>();
  readonly #encodings = new Set<string>();

  add({ compressedBytes, uncompressedBytes, nulls, hasBloom, hasPageIndex, codec, encodings }: ChunkFacts): void {
    this.#compressedBytes += compressedBytes;
    this.#uncompressedBytes += uncompressedBytes;
    this.#nulls = this.#nulls === undefined || nulls === undefined ? undefined : this.#nulls + nulls;
    this.#hasBloom ||= hasBloom;
    this.#hasPageIndex &&= hasPageIndex;
    this.#codecs.add(codec);
    for (const encoding of encodings) this.#encodings.add(encoding);
  }

  facts(): Omit<ParquetColumn, 'path' | 'physicalType' | 'logicalType'> {
    return {
      codec: [...this.#codecs].join(', '),
      encodings: [...this.#encodings],
      compressedBytes: this.#compressedBytes,
      uncompressedBytes: this.#uncompressedBytes,
      nulls: this.#nulls,
      hasBloom: this.#hasBloom,
      hasPageIndex: this.#hasPageIndex && this.#codecs.size > 0,
    };
  }
}
