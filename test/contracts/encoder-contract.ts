import fc from 'fast-check';
import { expect } from 'vitest';
import type { ColumnBatch } from '../../engine/src/columns/column.ts';
import type { Encoder, Segment } from '../../engine/src/columns/encoder.ts';
import { batchFromRows } from '../../engine/src/columns/rows.ts';
import { typed } from '../../engine/src/columns/samples.test-support.ts';
import { bytesOf } from '../../engine/src/columns/segment-bytes.test-support.ts';
import { readRow, type Value } from '../../engine/src/columns/values.ts';
import type { Field } from '../../engine/src/core/schema.ts';
import { totalBytes } from '../../engine/src/core/total-bytes.ts';
import type { Claim } from './claim.ts';
import { type EncoderSubject, edgeTable, type Row } from './encoder-subject.ts';

const { fields, rows } = edgeTable();
const aboutOf = (these: readonly Field[]) => ({ fields: these, keyValues: { pipeline: 'contract' } });
const about = aboutOf(fields);
const batchOf = (from: number, to: number) => batchFromRows(fields, rows.slice(from, to));

/** What `Encoder` promises. */
export const encoderClaims: readonly Claim<EncoderSubject>[] = [
  {
    title: 'keeps every value of every type, nulls among them',
    async prove(subject) {
      const encoder = await subject.create();
      encoder.check?.(fields);
      const file = await fileOf(encoder, [batchOf(0, rows.length)]);
      expect(await subject.read(file, fields)).toEqual(rows);
    },
  },
  {
    title: 'keeps each type by itself, as a required field too',
    async prove(subject) {
      const encoder = await subject.create();
      for (const [i, field] of fields.entries()) {
        const required = [{ ...field, name: 'f', optional: false }];
        const values = rows.map((row) => row[field.name]!).filter((value) => value !== null);
        const column = values.map((value) => ({ f: value }));
        const file = await fileOf(encoder, [batchFromRows(required, column)], required);
        expect(await subject.read(file, required), `${i}: ${field.name}`).toEqual(column);
      }
    },
  },
  {
    title: 'keeps rows of arbitrary types and values',
    async prove(subject) {
      await fc.assert(
        fc.asyncProperty(tables(subject), async (table) => {
          const encoder = await subject.create();
          const batch = batchFromRows(table.fields, table.rows);
          const file = await fileOf(encoder, [batch], table.fields);
          expect(await subject.read(file, table.fields)).toEqual(rowsOf(batch));
        }),
        { numRuns: 40 },
      );
    },
  },
  {
    title: 'gives equal bytes for equal batches, whichever instance encodes them and whatever came before',
    async prove(subject) {
      const [one, two] = [await subject.create(), await subject.create()];
      two.encode(batchOf(5, 9));
      const [first, second, again] = [one, two, one].map((encoder) => encoder.encode(batchOf(0, rows.length)));
      expectEqual(second!, first!);
      expectEqual(again!, first!);
      const files = [one, two].map((encoder) => Buffer.concat(encoder.assemble([first!, second!], about)));
      expect(Buffer.compare(files[0]!, files[1]!)).toBe(0);
    },
  },
  {
    title: 'puts segments together in any number and order',
    async prove(subject) {
      const encoder = await subject.create();
      const cuts = [0, 1, 1, 7, 8, 30, rows.length];
      const ranges = cuts.slice(1).map((to, i) => [cuts[i]!, to] as const);
      const segments = ranges.map(([from, to]) => encoder.encode(batchOf(from, to)));
      expect(segments.map((segment) => segment.rows)).toEqual(ranges.map(([from, to]) => to - from));
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(segments.length - 1), { maxLength: 12 }), async (mix) => {
          const parts = encoder.assemble(
            mix.map((i) => segments[i]!),
            about,
          );
          const wanted = mix.flatMap((i) => rows.slice(...ranges[i]!));
          expect(await subject.read(Buffer.concat(parts), fields)).toEqual(wanted);
        }),
        { numRuns: 25 },
      );
    },
  },
  {
    title: 'makes a readable file of no segments, and of segments without rows',
    async prove(subject) {
      const encoder = await subject.create();
      const empty = encoder.encode(batchOf(3, 3));
      expect(empty.rows).toBe(0);
      for (const segments of [[], [empty], [empty, empty]]) {
        const parts = encoder.assemble(segments, about);
        expect(await subject.read(Buffer.concat(parts), fields)).toEqual([]);
      }
    },
  },
  {
    title: 'has segments whose bytes can be transferred, and be put together by another instance',
    async prove(subject) {
      const [lane, landing] = [await subject.create(), await subject.create()];
      const kept = lane.encode(batchOf(10, rows.length));
      const whole = Buffer.concat(lane.assemble([lane.encode(batchOf(0, 10)), kept], about));
      const segment = lane.encode(batchOf(0, 10));
      const moved = structuredClone(segment, { transfer: buffersOf(segment) });
      expect(totalBytes(segment.parts)).toBe(0);
      // The transfer took these bytes along and no others.
      const file = Buffer.concat(landing.assemble([moved, kept], about));
      expect(Buffer.compare(file, whole)).toBe(0);
      expect(() => landing.assemble([segment], about)).toThrow(expect.objectContaining({ code: 'E_INTEGRITY' }));
    },
  },
  {
    title: 'puts files together without copying or changing a segment, so that a write can be tried again',
    async prove(subject) {
      const encoder = await subject.create();
      const segments = [encoder.encode(batchOf(0, 25)), encoder.encode(batchOf(25, rows.length))];
      const before = structuredClone(segments);
      const parts = encoder.assemble(segments, about);
      for (const segment of segments) {
        const buffers = buffersOf(segment);
        const held = parts.filter(({ buffer }) => buffers.includes(buffer as ArrayBuffer));
        expect(totalBytes(held)).toBe(totalBytes(segment.parts));
      }
      const again = encoder.assemble(segments, about);
      expect(Buffer.compare(Buffer.concat(again), Buffer.concat(parts))).toBe(0);
      segments.forEach((segment, i) => {
        expectEqual(segment, before[i]!);
      });
    },
  },
  {
    title: 'leaves a batch as it is, and keeps nothing of it',
    async prove(subject) {
      const encoder = await subject.create();
      const batch = batchOf(0, rows.length);
      const before = structuredClone(batch);
      const segment = encoder.encode(batch);
      expect(rowsOf(batch)).toEqual(rowsOf(before));
      const kept = structuredClone(segment);
      // The lane's builders are used again as soon as a row group is sealed.
      const arrays = batch.columns.flatMap(({ values, data }) => [values, data]).filter((array) => array !== undefined);
      for (const { buffer, byteOffset, byteLength } of arrays) new Uint8Array(buffer, byteOffset, byteLength).fill(0);
      expectEqual(segment, kept);
    },
  },
  {
    title: 'states what files of it are called, and limits that can be reached',
    async prove(subject) {
      const { extension, contentType, rowGroup = {} } = await subject.create();
      expect(extension).toMatch(/^[a-z0-9]+(\.[a-z0-9]+)*$/);
      expect(contentType).toMatch(/^[\w-]+\/[\w.+-]+$/);
      for (const limit of Object.values(rowGroup)) expect(limit).toBeGreaterThan(0);
    },
  },
];

async function fileOf(encoder: Encoder, batches: readonly ColumnBatch[], of = fields): Promise<Uint8Array> {
  return Buffer.concat(
    encoder.assemble(
      batches.map((batch) => encoder.encode(batch)),
      aboutOf(of),
    ),
  );
}

function expectEqual(got: Segment, wanted: Segment): void {
  expect(got.rows).toBe(wanted.rows);
  expect(Buffer.compare(bytesOf(got), bytesOf(wanted)), 'equal bytes').toBe(0);
  expect(Buffer.compare(got.meta, wanted.meta), 'equal meta').toBe(0);
}

/** What a lane transfers. */
function buffersOf({ parts }: Segment): ArrayBuffer[] {
  return [...new Set(parts.map(({ buffer }) => buffer as ArrayBuffer))];
}

function rowsOf(batch: ColumnBatch): Row[] {
  return Array.from({ length: batch.length }, (_, row) => readRow(batch, row));
}

/** A few columns of types that may be nested, and rows of them. */
function tables({ saysAll }: EncoderSubject): fc.Arbitrary<{ fields: Field[]; rows: Row[] }> {
  return fc.array(typed(2), { minLength: 1, maxLength: 4 }).chain((types) => {
    const columns = types.map(([type], i) => ({ name: `c${i}`, type, optional: true }));
    const row = fc.record(Object.fromEntries(types.map(([, value], i) => [`c${i}`, fc.option(value)])));
    const sayable = saysAll ? row : row.filter((values) => Object.values(values).every(isSayable));
    return fc
      .array(sayable, { maxLength: 30 })
      .map((some) => ({ fields: columns, rows: some.map((one) => ({ ...one })) }));
  });
}

/** Not NaN, no infinity, and no JSON whose text is `null`. */
function isSayable(value: Value): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value !== 'null';
  return Object.values(value).every((held) => isSayable(held as Value));
}
