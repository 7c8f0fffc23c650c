import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, ColumnBatch, Dictionary } from '../../../columns/column.ts';
import type { Segment } from '../../../columns/encoder.ts';
import { PickedColumn } from '../../../columns/picked-column.ts';
import { batchFromRows } from '../../../columns/rows.ts';
import { samples } from '../../../columns/samples.test-support.ts';
import { bytesOf } from '../../../columns/segment-bytes.test-support.ts';
import { selectRows, sliceRows } from '../../../columns/select.ts';
import type { Field } from '../../../core/schema.ts';
import { totalBytes } from '../../../core/total-bytes.ts';
import { threadKernel } from '../../../kernel/kernel.ts';
import { expectRows } from '../expect-rows.test-support.ts';
import { inspectParquet } from '../inspect.ts';
import { fieldsOf, kernelEncoderOf, type Row, rowsByWasm, rowsOf, sourceOf } from '../oracle.test-support.ts';
import type { KernelParquetEncoder } from './encoder.ts';

const encoderOf = kernelEncoderOf;

function fileOf(encoder: KernelParquetEncoder, segment: Segment, fields: readonly Field[]): Uint8Array {
  return Buffer.concat(encoder.assemble([segment], { fields, keyValues: {} }));
}

/** A row group out of pieces: batches with the rows of each that are meant. */
function sealed(
  encoder: KernelParquetEncoder,
  fields: readonly Field[],
  pieces: readonly (readonly [ColumnBatch, Int32Array | undefined])[],
): Segment {
  const group = encoder.open(fields);
  for (const [batch, selection] of pieces) group.append(batch, selection);
  return group.seal();
}

const expectEqual = (got: Segment, wanted: Segment) => {
  expect(got.rows).toBe(wanted.rows);
  expect(Buffer.compare(bytesOf(got), bytesOf(wanted)), 'equal bytes').toBe(0);
  expect(Buffer.compare(got.meta, wanted.meta), 'equal meta').toBe(0);
};

/** The same columns in the kernel's memory, as a scanner leaves them. */
function inKernel(column: Column): Column {
  const kernel = threadKernel();
  const place = <T extends Uint8Array | Int32Array>(array: T | undefined): T | undefined => {
    if (!array) return undefined;
    const address = kernel.allocate(Math.max(8, array.byteLength));
    kernel.bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), address);
    return new (array.constructor as new (buffer: ArrayBuffer, at: number, length: number) => T)(
      kernel.buffer,
      address,
      array.length,
    );
  };
  return {
    type: column.type,
    length: column.length,
    nullCount: column.nullCount,
    validity: place(column.validity),
    values: place(column.values as Int32Array | undefined),
    offsets: place(column.offsets),
    data: place(column.data),
    children: column.children?.map(inKernel),
  };
}

const types = { id: 'int64', s: 'string?', few: 'string', d: 'double?', tags: 'list<string?>?', b: 'bool' };
const fields = fieldsOf(types);
const rowsFrom = (start: number, count: number): Row[] =>
  Array.from({ length: count }, (_, n) => {
    const i = start + n;
    return {
      id: BigInt(i) * 7919n,
      s: i % 5 === 0 ? null : `value ${(i * 31) % 977} ${'x'.repeat(i % 40)}`,
      few: `kind ${i % 7}`,
      d: i % 11 === 0 ? null : (i % 100) / 8,
      tags: i % 13 === 0 ? null : Array.from({ length: i % 4 }, (_, k) => (k === 2 ? null : `t${(i + k) % 9}`)),
      b: i % 3 === 0,
    };
  });
const batch = batchFromRows(fields, rowsFrom(0, 30_000));

describe('a row group that is written as its rows come', () => {
  it.each([
    ['with default settings', {}],
    ['in many small pages', { dataPageSize: '4KiB' }],
    ['of version 2', { pageVersion: 2, dataPageSize: '16KiB' }],
    ['with dictionaries in any case', { dictionary: true, dataPageSize: '8KiB' }],
    ['without dictionaries', { dictionary: false, compression: 'snappy' }],
  ])('has the same bytes however the rows were cut into appends, %s', (_what, options) => {
    const encoder = encoderOf(options);
    const whole = encoder.encode(batch);
    for (const step of [1, 37, 1_024, 9_999]) {
      const rows = step === 1 ? 300 : batch.length;
      const from = step === 1 ? sliceRows(batch, 0, rows) : batch;
      const wanted = step === 1 ? encoder.encode(from) : whole;
      const pieces: (readonly [ColumnBatch, undefined])[] = [];
      for (let at = 0; at < rows; at += step) pieces.push([sliceRows(from, at, Math.min(rows, at + step)), undefined]);
      expectEqual(sealed(encoder, fields, pieces), wanted);
    }
  });

  it('has the same bytes for a selection as for a batch of the selected rows', () => {
    const encoder = encoderOf({ dataPageSize: '16KiB' });
    const selection = Int32Array.from({ length: 12_000 }, (_, i) => i * 2 + (i % 3 === 0 ? 1 : 0));
    expectEqual(sealed(encoder, fields, [[batch, selection]]), encoder.encode(selectRows(batch, selection)));
  });

  it('has the same bytes for columns in the kernel as for those outside', () => {
    const encoder = encoderOf({ dataPageSize: '16KiB' });
    const resident = { ...batch, columns: batch.columns.map(inKernel) };
    const selection = Int32Array.from({ length: 5_000 }, (_, i) => i * 5);
    expectEqual(encoder.encode(resident), encoder.encode(batch));
    expectEqual(sealed(encoder, fields, [[resident, selection]]), sealed(encoder, fields, [[batch, selection]]));
  });

  it('comes back for any type and values, cut anywhere and selected', () => {
    const cuts = fc.array(fc.nat(40), { maxLength: 4 });
    fc.assert(
      fc.property(samples(3), cuts, fc.nat(), fc.constantFrom(1, 2), ({ type, values }, at, seed, pageVersion) => {
        fc.pre(values.length > 0);
        const one = [{ name: 'v', type, optional: true }];
        const all = batchFromRows(
          one,
          values.map((v) => ({ v })),
        );
        const selection = Int32Array.from(values.keys()).filter((row) => (row * 7 + seed) % 3 > 0);
        const encoder = encoderOf({ pageVersion, dictionary: seed % 2 === 0, compression: 'snappy' });
        const bounds = [0, ...at.map((cut) => Math.min(cut, selection.length)).sort((a, b) => a - b), selection.length];
        const pieces = bounds.slice(1).map((end, i) => [all, selection.subarray(bounds[i]!, end)] as const);
        const segment = sealed(encoder, one, pieces);
        const wanted = selectRows(all, selection);
        expectEqual(segment, encoder.encode(wanted));
        if (selection.length > 0) expectRows(rowsByWasm(fileOf(encoder, segment, one), one), rowsOf(wanted));
      }),
      { numRuns: 100 },
    );
  });

  it('reads picked columns through their rows, nested ones too', () => {
    const encoder = encoderOf({ dataPageSize: '16KiB' });
    const rows = Int32Array.from({ length: 9_000 }, (_, i) => i * 3);
    const picked = { fields, length: rows.length, columns: pickedColumns(batch, rows) };
    const selection = Int32Array.from({ length: 3_000 }, (_, i) => i * 3 + 1);
    expectEqual(encoder.encode(picked), encoder.encode(selectRows(batch, rows)));
    const wanted = selectRows(selectRows(batch, rows), selection);
    expectEqual(sealed(encoder, fields, [[picked, selection]]), encoder.encode(wanted));
  });

  it('looks each code of a source up once, and means the same by it', () => {
    const encoder = encoderOf();
    const texts = batch.columns[2]!;
    const codes = Int32Array.from({ length: batch.length }, (_, i) => i % 7);
    const dictionary: Dictionary = { size: 7, text: (code) => `kind ${code}` };
    const coded = { ...batch, columns: batch.columns.with(2, { ...texts, codes, dictionary }) };
    expectEqual(encoder.encode(coded), encoder.encode(batch));
    const halves = [sliceRows(batch, 0, 10_000), sliceRows(coded, 0, 1)] as const;
    expect(halves[1].length).toBe(1);
    // A coded batch after one that is not, and one of another source after that.
    const other = { ...coded, columns: coded.columns.with(2, { ...texts, codes, dictionary: { ...dictionary } }) };
    expectEqual(
      sealed(encoder, fields, [
        [batch, undefined],
        [coded, undefined],
        [other, undefined],
      ]),
      sealed(encoder, fields, [
        [batch, undefined],
        [batch, undefined],
        [batch, undefined],
      ]),
    );
  });

  it.each([40, 1500, 2500, 5000])('has the same bytes whichever of its %i rows came with codes', (rows) => {
    const some = sliceRows(batch, 0, rows);
    const codes = Int32Array.from({ length: rows }, (_, i) => i % 7);
    const dictionary: Dictionary = { size: 7, text: (code) => `kind ${code}` };
    const coded = { ...some, columns: some.columns.with(2, { ...some.columns[2]!, codes, dictionary }) };
    for (const pageVersion of [1, 2]) {
      const encoder = encoderOf({ pageVersion });
      const of = (...batches: ColumnBatch[]) =>
        sealed(
          encoder,
          fields,
          batches.map((piece) => [piece, undefined] as const),
        );
      const wanted = of(some, some, some);
      expectEqual(of(coded, some, some), wanted);
      expectEqual(of(some, coded, some), wanted);
      expectEqual(of(some, some, coded), wanted);
    }
  });

  it('holds compressed pages, an open page and a dictionary a column, and foresees its size', () => {
    const group = encoderOf({ compression: 'snappy' }).open(fields);
    let [largest, raw] = [0, 0];
    for (let i = 0; i < 20; i++) {
      group.append(batch, undefined);
      raw += 2.5e6;
      largest = Math.max(largest, group.heldBytes);
    }
    const foreseen = group.encodedBytes;
    const segment = group.seal();
    const bytes = bytesOf(segment);
    expect(segment.rows).toBe(600_000);
    expect(largest).toBeLessThan(bytes.length + 8e6);
    expect(largest).toBeLessThan(raw / 2);
    expect(Math.abs(foreseen - bytes.length) / bytes.length).toBeLessThan(0.1);
  });

  it.each([true, false, 'auto'])('keeps rows whole that are larger than a page and a dictionary (%s)', (dictionary) => {
    const lists = fieldsOf({ v: 'list<string>', n: 'list<int64?>?' });
    const rows: Row[] = Array.from({ length: 5 }, (_, row) => ({
      v: Array.from({ length: row === 2 ? 150_000 : 3 }, (_, i) => `text ${row} ${i}`),
      n: row === 3 ? null : Array.from({ length: row === 1 ? 300_000 : 2 }, (_, i) => (i % 9 === 0 ? null : BigInt(i))),
    }));
    const encoder = encoderOf({ dictionary, dataPageSize: '64KiB' });
    const from = batchFromRows(lists, rows);
    const segment = sealed(encoder, lists, [
      [from, Int32Array.of(0, 1)],
      [from, Int32Array.of(2, 3, 4)],
    ]);
    expectEqual(segment, encoder.encode(from));
    expectRows(rowsByWasm(fileOf(encoder, segment, lists), lists), rows);
  });

  it('stays plain after a first row that no dictionary has room for', () => {
    const lists = fieldsOf({ v: 'list<string>' });
    const rows: Row[] = Array.from({ length: 3_000 }, (_, row) => ({
      v: row === 0 ? Array.from({ length: 200_000 }, (_, i) => `text ${i % 90_000}`) : [`a ${row}`],
    }));
    const encoder = encoderOf({ dataPageSize: '64MiB' });
    const segment = encoder.encode(batchFromRows(lists, rows));
    expectRows(rowsByWasm(fileOf(encoder, segment, lists), lists), rows);
  });

  it('is transferred with the pages where they were encoded if it is large, and in one part if it is small', () => {
    const texts = fieldsOf({ v: 'string', few: 'string', n: 'int64?' });
    const rows: Row[] = Array.from({ length: 30_000 }, (_, i) => {
      return { v: `${i}`.padEnd(300), few: `${i % 7}`, n: i % 3 === 0 ? null : BigInt(i) };
    });
    const encoder = encoderOf({ compression: 'none', bloomFilters: ['v'], dataPageSize: '256KiB' });
    const [small, large] = [rows.slice(0, 10), rows].map((some) => encoder.encode(batchFromRows(texts, some)));
    expect(small!.parts).toHaveLength(1);
    expect(small!.parts[0]!.buffer.byteLength).toBe(small!.parts[0]!.length);
    const buffers = new Set(large!.parts.map(({ buffer }) => buffer as ArrayBuffer));
    expect(buffers.size).toBeLessThan(large!.parts.length);
    expect(totalBytes([...buffers])).toBeLessThan(totalBytes(large!.parts) * 1.25);
    const moved = structuredClone(large!, { transfer: [...buffers] });
    expectRows(rowsByWasm(fileOf(encoder, moved, texts), texts), rows);
  });

  it('gives its memory back', () => {
    const kernel = threadKernel();
    const encoder = encoderOf();
    const fill = () => {
      const groups = Array.from({ length: 20 }, () => encoder.open(fields));
      for (const group of groups) group.append(batch, undefined);
      for (const group of groups) group.seal();
      return kernel.exports.usedBytes();
    };
    const first = fill();
    expect(fill()).toBeLessThanOrEqual(first);
  });
});

describe('dictionaries', () => {
  const one = fieldsOf({ v: 'string' });
  const encodingsOf = async (values: readonly string[], options: object = {}) => {
    const encoder = encoderOf(options);
    const file = fileOf(
      encoder,
      encoder.encode(
        batchFromRows(
          one,
          values.map((v) => ({ v })),
        ),
      ),
      one,
    );
    expect(rowsByWasm(file, one).map(({ v }) => v)).toEqual(values);
    const { rowGroups } = await inspectParquet(sourceOf(file));
    return rowGroups[0]!.columns[0]!.encodings.filter((name) => name !== 'RLE');
  };
  const scattered = (i: number, of: number) => (Math.imul(i ^ (i >>> 5), 0x9e3779b1) >>> 9) % of;
  const texts = (count: number, of: (i: number) => string) => Array.from({ length: count }, (_, i) => of(i));

  it.each([
    ['few values', texts(30_000, (i) => `v${i % 50}`), ['PLAIN', 'RLE_DICTIONARY']],
    ['thousands that come again', texts(30_000, (i) => `v${scattered(i, 4_000)}`), ['PLAIN', 'RLE_DICTIONARY']],
    ['values that differ', texts(30_000, (i) => `v${i}`), ['PLAIN']],
    ['few values, each twice', texts(6, (i) => `v${i >> 1}`), ['PLAIN', 'RLE_DICTIONARY']],
    ['two values', ['a', 'b'], ['PLAIN']],
    ['long values that are too many', texts(30_000, (i) => `v${scattered(i, 4_000)}`.padEnd(600)), ['PLAIN']],
  ])('auto: %s', async (_what, values, encodings) => {
    expect(await encodingsOf(values)).toEqual(encodings);
  });

  it('are given up when they outgrow 1 MiB, and the pages before keep theirs', async () => {
    const values = texts(60_000, (i) => (i < 25_000 ? `v${i % 9}` : `a longer value that does not come again, ${i}`));
    expect(await encodingsOf(values, { dictionary: true })).toEqual(['PLAIN', 'RLE_DICTIONARY']);
    const large = texts(40, (i) => `${i % 20}`.padEnd(100_000, 'x'));
    expect(await encodingsOf(large, { dictionary: true })).toEqual(['PLAIN', 'RLE_DICTIONARY']);
    expect(
      await encodingsOf(
        texts(3, (i) => `${i}`.padEnd(2e6)),
        { dictionary: true },
      ),
    ).toEqual(['PLAIN']);
  });

  it('are none where there are no values, and start with the first', async () => {
    const optional = fieldsOf({ v: 'string?' });
    const encoder = encoderOf();
    const rows = Array.from({ length: 45_000 }, (_, i) => ({ v: i < 20_000 ? null : `v${i % 3}` }));
    const nulls = fileOf(encoder, encoder.encode(batchFromRows(optional, rows.slice(0, 20_000))), optional);
    const { rowGroups } = await inspectParquet(sourceOf(nulls));
    expect(rowGroups[0]!.columns[0]!.encodings).toEqual(['PLAIN', 'RLE']);
    const mixed = fileOf(encoder, encoder.encode(batchFromRows(optional, rows)), optional);
    expect((await inspectParquet(sourceOf(mixed))).rowGroups[0]!.columns[0]!.encodings).toContain('RLE_DICTIONARY');
    expectRows(rowsByWasm(mixed, optional), rows);
  });

  it('make a constant column a matter of bytes', () => {
    const encoder = encoderOf({ compression: 'none' });
    const segment = encoder.encode(
      batchFromRows(
        one,
        texts(100_000, () => 'always the same').map((v) => ({ v })),
      ),
    );
    expect(bytesOf(segment).length).toBeLessThan(300);
  });
});

/** Columns as a transform hands them on: picked, and structs and lists of picked ones below. */
function pickedColumns(from: ColumnBatch, rows: Int32Array): Column[] {
  return from.columns.map((column) => new PickedColumn(column.type, column, rows));
}
