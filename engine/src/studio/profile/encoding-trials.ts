import type { ColumnBatch } from '../../columns/column.ts';
import type { Encoder } from '../../columns/encoder.ts';
import type { Field } from '../../core/schema.ts';
import { encodingsFor } from '../../encoders/parquet/checks.ts';
import { KernelParquetEncoder } from '../../encoders/parquet/kernel/encoder.ts';
import type { Codec, EncodingName, ParquetOptions } from '../../encoders/parquet/options.ts';
import { PROFILES } from '../../encoders/parquet/profiles.ts';
import { usesLz4 } from '../../encoders/parquet/uses-lz4.ts';
import { ParquetEncoder } from '../../encoders/parquet/writer.ts';
import type { CodecTrial, EncodingTrial } from '../../protocol/profile.ts';
import { type ChunkSize, chunkSizes } from './chunk-sizes.ts';
import { encodeRows, fileBytes } from './encode-rows.ts';
import type { NamedReaderTrial } from './profile-job.ts';

/** An encoding as trials know it: one of the pipeline file's, or a dictionary. */
export type TriedEncoding = EncodingName | 'dictionary';

/** What the rows of a batch take, column by column, under everything that the reader can read. */
export interface EncodingTrials {
  /** By column. */
  readonly columns: ReadonlyMap<string, readonly EncodingTrial[]>;
  readonly codecs: readonly CodecTrial[];
}

/** An encoder of Parquet with these options. */
export function parquetEncoder(options: ParquetOptions): Encoder {
  return usesLz4(options) ? new ParquetEncoder(options) : new KernelParquetEncoder(options);
}

/** The options for trials: what concerns the file as a whole costs the same whatever the encoding, and lz4 knows it not. */
export function trialOptions(options: ParquetOptions): ParquetOptions {
  return { ...options, bloomFilters: [], sortingColumns: [], keyValues: {} };
}

/**
 * Encodes the batch under every codec and encoding that the reader can read, by the encoder itself: each pass gives all columns one of
 * theirs. `current` is how the columns are encoded now. Generates after each pass, with the share that is done.
 */
export function* tryEncodings(
  batch: ColumnBatch,
  options: ParquetOptions,
  current: ReadonlyMap<string, ChunkSize>,
): Generator<number, EncodingTrials, void> {
  const candidates = new Map(batch.fields.map((field) => [field.name, candidatesFor(field, options)]));
  const passes = Math.max(1, ...Array.from(candidates.values(), ({ length }) => length));
  const codecs = [...PROFILES[options.reader].codecs];
  const columns = new Map<string, EncodingTrial[]>(batch.fields.map(({ name }) => [name, []]));
  const totals: CodecTrial[] = [];
  let done = 0;
  for (const codec of codecs) {
    totals.push({ codec, bytes: codecTotal(batch, options, codec), isCurrent: codec === options.compression });
    for (let pass = 0; pass < passes; pass++) {
      const sizes = encodePass(batch, options, codec, (name) => candidates.get(name)?.[pass]);
      for (const [name, encodings] of candidates) {
        const encoding = encodings[pass];
        const tried = sizes.get(name);
        if (!encoding || !tried) continue;
        const isCurrent = codec === codecNow(name, options) && encoding === current.get(name)?.encoding;
        columns.get(name)!.push({ encoding, codec, bytes: tried.bytes, isCurrent });
      }
      yield ++done / (codecs.length * passes);
    }
  }
  return { columns, codecs: totals };
}

/** What naming a reader would save: it is what the columns get then that counts, whoever it is. */
export function tryNamedReader(batch: ColumnBatch, options: ParquetOptions): NamedReaderTrial | undefined {
  if (PROFILES[options.reader].choosesEncodings) return undefined;
  const plain = trialOptions(options);
  const named = parquetEncoder({ ...plain, reader: 'duckdb' });
  try {
    named.check?.(batch.fields);
  } catch {
    return undefined; // names that differ in case alone
  }
  const bytesOf = (encoder: Encoder) => fileBytes([encodeRows(encoder, batch, undefined)]);
  return { bytes: bytesOf(named), genericBytes: bytesOf(parquetEncoder(plain)) };
}

/** The codec of a column as the options say. */
export function codecNow(name: string, options: ParquetOptions): Codec {
  return options.columns[name]?.compression ?? options.compression;
}

function candidatesFor(field: Field, options: ParquetOptions): TriedEncoding[] {
  const encodings = encodingsFor(field, options);
  if (encodings.length === 0) return [];
  return field.type.kind === 'bool' ? encodings : ['dictionary', ...encodings];
}

function encodePass(
  batch: ColumnBatch,
  options: ParquetOptions,
  codec: Codec,
  encodingOf: (name: string) => TriedEncoding | undefined,
): Map<string, ChunkSize> {
  const columns = { ...options.columns };
  for (const { name } of batch.fields) {
    const encoding = encodingOf(name);
    if (encoding) columns[name] = { ...columns[name], ...columnSetting(encoding), compression: codec };
  }
  const encoder = parquetEncoder({ ...trialOptions(options), columns, ...inCodec(options, codec) });
  return chunkSizes([encodeRows(encoder, batch, undefined)]);
}

/** How a pipeline file says that a column has this encoding. */
export function columnSetting(encoding: TriedEncoding): { encoding?: EncodingName; dictionary: boolean } {
  return encoding === 'dictionary' ? { encoding: undefined, dictionary: true } : { encoding, dictionary: false };
}

/** Whole file in a codec, each column encoded as it is now. */
function codecTotal(batch: ColumnBatch, options: ParquetOptions, codec: Codec): number {
  const columns = Object.fromEntries(
    Object.entries(options.columns).map(([name, column]) => [name, { ...column, compression: undefined }]),
  );
  const encoder = parquetEncoder({ ...trialOptions(options), columns, ...inCodec(options, codec) });
  return fileBytes([encodeRows(encoder, batch, undefined)]);
}

/** A level is one of the codec that it was set for. */
function inCodec(options: ParquetOptions, codec: Codec): Pick<ParquetOptions, 'compression' | 'compressionLevel'> {
  return { compression: codec, compressionLevel: codec === options.compression ? options.compressionLevel : undefined };
}
