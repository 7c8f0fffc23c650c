import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { readRow } from '../../../engine/src/columns/values.ts';
import type { Field } from '../../../engine/src/core/schema.ts';
import { createJsonScanner } from '../../../engine/src/kernel/json-scanner.ts';
import { cutZstdFrames } from '../../../engine/src/sources/lines/zstd-frames.ts';
import { contextAt } from '../context.ts';
import type { EncoderFixture, Row } from '../encoder-subject.ts';

const unpack = {
  none: (file: Uint8Array) => file,
  gzip: (file: Uint8Array) => buffer(Readable.from([file]).pipe(createGunzip())),
  zstd: (file: Uint8Array) => buffer(Readable.from(cutZstdFrames(Readable.from([file]))).pipe(createZstdDecompress())),
};

/** Read by our own scanner, which is exact; that others read it too is told in the encoder's own tests. */
export const fixture: EncoderFixture = {
  subjects: (component) =>
    (['none', 'gzip', 'zstd'] as const).map((compression) => ({
      name: `ndjson (${compression})`,
      saysAll: false,
      create: async () => component.create(component.config.parse({ compression }), contextAt('.')),
      read: async (file, fields) => parse(await unpack[compression](file), fields),
    })),
};

function parse(lines: Uint8Array, fields: readonly Field[]): Row[] {
  const scanner = createJsonScanner({ fields }, { rest: false });
  scanner.add(lines);
  const { records, bad } = scanner.take();
  if (bad.length > 0) throw new Error(`a line is bad: ${bad[0]?.message}`);
  return Array.from({ length: records.rows.length }, (_, row) => readRow(records.rows, row));
}
