import { deserialize, serialize } from 'node:v8';
import type { Encoder } from '../../../engine/src/columns/encoder.ts';
import { readRow } from '../../../engine/src/columns/values.ts';
import { ParquetryError } from '../../../engine/src/core/errors.ts';
import type { EncoderSubject, Row } from '../encoder-subject.ts';

const LENGTH_BYTES = 4;
const NO_BYTES = new Uint8Array(0);

/** Rows as V8 writes them, each segment behind its length: the smallest encoder that keeps the contract. */
function createMemoryEncoder(): Encoder {
  return {
    extension: 'v8',
    contentType: 'application/octet-stream',
    encode(batch) {
      const rows = Array.from({ length: batch.length }, (_, row) => readRow(batch, row));
      const written = serialize(rows);
      const bytes = new Uint8Array(LENGTH_BYTES + written.length);
      new DataView(bytes.buffer).setUint32(0, written.length);
      bytes.set(written, LENGTH_BYTES);
      return { parts: [bytes], rows: batch.length, meta: NO_BYTES };
    },
    assemble(segments) {
      if (segments.some(({ parts: [bytes] }) => !bytes || bytes.byteLength === 0)) {
        throw new ParquetryError('E_INTEGRITY', 'a segment must have bytes, got none');
      }
      return segments.flatMap(({ parts }) => parts);
    },
  };
}

function readFile(file: Uint8Array): Row[] {
  const rows: Row[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length; ) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    rows.push(...(deserialize(file.subarray(at + LENGTH_BYTES, end)) as Row[]).map(plain));
    at = end;
  }
  return rows;
}

/** V8 gives bytes back as views of what it read; the contract compares plain arrays. */
function plain(row: Row): Row {
  return structuredClone(row);
}

/** The encoder as a subject; `spoil` breaks each instance. */
export function memoryEncoder(
  name: string,
  spoil: (encoder: Encoder) => Encoder = (encoder) => encoder,
): EncoderSubject {
  return {
    name,
    saysAll: true,
    create: async () => spoil(createMemoryEncoder()),
    read: async (file) => readFile(file),
  };
}
