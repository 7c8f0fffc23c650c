import type { ColumnBatch } from '../../columns/column.ts';
import type { Encoder, HeldSegment, Segment, Sized } from '../../columns/encoder.ts';
import { rowToJson } from '../../columns/ndjson-text.ts';
import { ParquetryError } from '../../core/errors.ts';
import { totalBytes } from '../../core/total-bytes.ts';
import { COMPRESSIONS, type Compression } from './compression.ts';
import type { NdjsonOptions } from './options.ts';

const NO_BYTES = new Uint8Array(0);
const ROWS_PER_CHUNK = 4096; // bounds the text held beside its bytes

/** Rows as lines of exact JSON; see `Encoder`. A segment is complete in itself: lines, a gzip member or a zstd frame. */
export class NdjsonEncoder implements Encoder {
  readonly extension: string;
  readonly contentType: string;
  readonly #compression: Compression;

  constructor({ compression }: NdjsonOptions) {
    this.#compression = COMPRESSIONS[compression];
    this.extension = `ndjson${this.#compression.suffix}`;
    this.contentType = this.#compression.contentType;
  }

  encode(batch: ColumnBatch): Segment {
    if (batch.length === 0) return { parts: [], rows: 0, meta: NO_BYTES };
    return { parts: [this.#compression.compress(linesOf(batch))], rows: batch.length, meta: NO_BYTES };
  }

  /** Key-values have no place in NDJSON and are left out. No rows make an empty file, compressed as the others are. */
  assemble<Bytes extends Sized>(segments: readonly HeldSegment<Bytes>[]): (Bytes | Uint8Array)[] {
    const cut = segments.find(({ parts, rows }) => totalBytes(parts) === 0 && rows > 0);
    if (cut) {
      throw new ParquetryError('E_INTEGRITY', `a segment of ${cut.rows} rows must have bytes, got none`, {
        hint: 'The segment was transferred away before it was assembled.',
      });
    }
    const parts = segments.flatMap((segment) => segment.parts).filter(({ byteLength }) => byteLength > 0);
    return parts.length > 0 ? parts : [this.#compression.compress(NO_BYTES)];
  }
}

function linesOf(batch: ColumnBatch): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < batch.length; start += ROWS_PER_CHUNK) {
    let text = '';
    const end = Math.min(start + ROWS_PER_CHUNK, batch.length);
    for (let row = start; row < end; row++) text += `${rowToJson(batch, row)}\n`;
    chunks.push(Buffer.from(text));
  }
  // A buffer of its own: small Buffers share a pool, which must not be transferred to another thread.
  return chunks.length === 1 ? new Uint8Array(chunks[0]!) : new Uint8Array(Buffer.concat(chunks));
}
