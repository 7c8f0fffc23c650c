import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Encoder, Segment } from '../../../engine/src/columns/encoder.ts';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import { bytesOf } from '../../../engine/src/columns/segment-bytes.test-support.ts';
import type { Field } from '../../../engine/src/core/schema.ts';
import { appendInPieces } from './arrivals.ts';
import { subjects } from './encoders.ts';
import { type Case, dimensions, isValid, type Row, settingsOf, tableOf, titleOf } from './matrix.ts';
import { pairwise } from './pairwise.ts';
import { hasPyarrow } from './pyarrow.ts';
import { formsOf, openReaders, type Reader } from './readers.ts';
import { expectTrueStatistics } from './statistics.ts';

let readers: readonly Reader[];
beforeAll(async () => {
  readers = await openReaders();
});
afterAll(() => Promise.all(readers.map((reader) => reader.close())));

it.skipIf(!hasPyarrow)('pyarrow is one of the readers: python3 must have it', () => {
  expect(readers.map(({ name }) => name)).toContain('pyarrow');
});

describe.each(subjects)(
  'every two settings of the $name encoder together are read back equal',
  ({ create, codecs }) => {
    const cases = pairwise<Case>({ ...dimensions, compression: codecs }, isValid);
    it.each([...Map.groupBy(cases, ({ type }) => type)])('%s', async (_, ofType) => {
      for (const one of ofType) {
        const { fields, groups } = tableOf(one);
        const encoder = create(settingsOf(one));
        const segments = groups.map((rows) => encoder.encode(batchFromRows(fields, rows)));
        const file = Buffer.concat(encoder.assemble(segments, { fields, keyValues: {} }));
        expectSameInPieces(encoder, fields, groups, segments);
        const expected = formsOf(groups.flat(), fields);
        if (one.shape === 'flat') {
          expectTrueStatistics(file, { index: 1, ...fields[1]! }, groups, titleOf(one));
        }
        for (const reader of readers) {
          if (reader.lacks?.(one)) continue;
          expectEqual(await reader.read(file, fields), expected, `${reader.name}: ${titleOf(one)}`);
        }
      }
    });
  },
);

/** "Both ways give equal bytes for equal rows." */
function expectSameInPieces(
  encoder: Encoder,
  fields: readonly Field[],
  groups: readonly (readonly Row[])[],
  segments: readonly Segment[],
): void {
  if (!encoder.open) return;
  for (const [i, rows] of groups.entries()) {
    const group = encoder.open(fields);
    appendInPieces(group, fields, rows);
    expect(group.rows).toBe(rows.length);
    expect(Buffer.compare(bytesOf(group.seal()), bytesOf(segments[i]!)), 'equal bytes when rows come in pieces').toBe(
      0,
    );
  }
}

/** As `toEqual`, but quick where it holds, and short where it does not. */
function expectEqual(found: readonly unknown[], expected: readonly unknown[], what: string): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  expect(found.length, what).toBe(expected.length);
  const at = expected.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(found[i]));
  expect(found[at], `${what}, row ${at}`).toEqual(expected[at]);
}
