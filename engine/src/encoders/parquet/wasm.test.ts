import { describe, expect, it } from 'vitest';
import { batchFromRows } from '../../columns/rows.ts';
import { bytesOf } from '../../columns/segment-bytes.test-support.ts';
import { withWasm } from '../../parquet/wasm.ts';
import { encoderOf, fieldsOf, fileOf, rowsByWasm } from './oracle.test-support.ts';

const fields = fieldsOf({ a: 'int64', s: 'string?' });
const rows = Array.from({ length: 2000 }, (_, i) => ({ a: BigInt(i), s: i % 2 ? `row ${i}` : null }));

describe('parquet-wasm, shared by the encoders of a thread', () => {
  it('is replaced after a panic, and encodes as before', () => {
    const before = fileOf(fields, [rows]);
    const panic = () =>
      withWasm((wasm) => new wasm.WriterPropertiesBuilder().setEncoding(wasm.Encoding.RLE_DICTIONARY));
    expect(panic).toThrow();
    expect(fileOf(fields, [rows])).toEqual(before);
    expect(rowsByWasm(before, fields)).toEqual(rows);
  });

  it('keeps no memory of what it encoded', () => {
    const encoder = encoderOf();
    const batch = batchFromRows(fields, rows);
    const memory = () => withWasm((wasm) => wasm.wasmMemory().buffer.byteLength as number);
    encoder.encode(batch);
    const settled = memory();
    for (let i = 0; i < 100; i++) encoder.encode(batch);
    expect(memory()).toBe(settled);
  });

  it('gives every encoder its own settings, in any order of calls', () => {
    const encoders = [encoderOf({ compression: 'none' }), encoderOf({ compression: 'gzip' })];
    const batch = batchFromRows(fields, rows);
    const sizes = [0, 1, 0, 1, 1, 0].map((i) => bytesOf(encoders[i]!.encode(batch)).length);
    expect(new Set(sizes).size).toBe(2);
    expect(sizes.map((size) => size > sizes[1]!)).toEqual([true, false, true, false, false, true]);
  });
});
