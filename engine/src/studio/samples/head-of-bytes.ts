import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { rowToJson } from '../../columns/ndjson-text.ts';
import type { ByteSource } from '../../parquet/footer-reader.ts';
import { openParquet } from '../../parquet/reader.ts';

/** Read of a file that is not Parquet: more than enough for some thousand records. */
const HEAD_BYTES = 4 << 20;
/** What a head may become when it is unpacked. */
const MAX_UNPACKED_BYTES = 128 << 20;
const PARQUET_MAGIC = 'PAR1';

/**
 * The first records of a file or object, as text: lines of NDJSON, or JSON as it stands. Only its beginning is read, of Parquet the
 * pages of the first rows. What it is, its first bytes say.
 */
export async function headOfBytes(source: ByteSource, limit: number): Promise<string> {
  const head = Buffer.from(await source.slice(0, Math.min(HEAD_BYTES, source.byteLength)));
  if (head.subarray(0, 4).toString('latin1') === PARQUET_MAGIC) return headOfParquet(source, limit);
  const isCut = source.byteLength > HEAD_BYTES;
  const text = unpacked(head).toString();
  const isLines = /^\s*\{/.test(text);
  return isCut && isLines ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
}

async function headOfParquet(source: ByteSource, limit: number): Promise<string> {
  const reader = await openParquet(source);
  const lines: string[] = [];
  for await (const { rows } of reader.batches()) {
    for (let row = 0; row < rows.length && lines.length < limit; row++) lines.push(rowToJson(rows, row));
    if (lines.length >= limit) break;
  }
  return lines.join('\n');
}

/** A head of compressed data ends in the middle of it: what there is is taken. */
function unpacked(head: Buffer): Buffer {
  const maxOutputLength = MAX_UNPACKED_BYTES;
  if (head[0] === 0x1f && head[1] === 0x8b) {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
  }
  if (head.readUInt32LE(0) === 0xfd2fb528) {
    return zstdDecompressSync(head, { finishFlush: constants.ZSTD_e_flush, maxOutputLength });
  }
  return head;
}
