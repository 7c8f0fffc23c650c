import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import type { Value } from '../../../engine/src/columns/values.ts';
import { Duck, fieldsOf } from '../../../engine/src/encoders/parquet/oracle.test-support.ts';
import { type Subject, subjects } from './encoders.ts';
import { type Chunk, rowGroupsOf } from './metadata.ts';
import { boundKey } from './order.ts';
import { expectTrueStatistics } from './statistics.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck[Symbol.asyncDispose]());

/** A file of a column `v`, what it says of each row group's, checked against the values. */
function written(subject: Subject, type: string, groups: readonly (readonly Value[])[]) {
  const fields = fieldsOf({ v: `${type}?` });
  const rows = groups.map((values) => values.map((v) => ({ v })));
  const encoder = subject.create({ dictionary: false, dataPageSize: '1KiB' });
  const segments = rows.map((group) => encoder.encode(batchFromRows(fields, group)));
  const file = Buffer.concat(encoder.assemble(segments, { fields, keyValues: {} }));
  expectTrueStatistics(file, { index: 0, ...fields[0]! }, rows, type);
  const chunks = rowGroupsOf(file).map((group) => group.chunks[0]!);
  return { file, chunks, bounds: chunks.map((chunk) => boundsOf(chunk, fields[0]!.type)) };
}

function boundsOf({ statistics: { min, max } }: Chunk, type: Parameters<typeof boundKey>[0]) {
  return [min && boundKey(type, min), max && boundKey(type, max)];
}

const nothing = [undefined, undefined];

describe.each(subjects)('bounds in files of the $name encoder', (subject) => {
  it.each(['float', 'double'])('of %s are no NaN, and zeros are -0 and +0 whatever they were', (type) => {
    const groups = [[NaN, 2, NaN, -1.5], [NaN], [0], [-0, null], [0, 1], [-1, -0], [-Infinity, NaN, Infinity]];
    expect(written(subject, type, groups).bounds).toEqual([
      [-1.5, 2],
      nothing,
      [-0, 0],
      [-0, 0],
      [-0, 1],
      [-1, 0],
      [-Infinity, Infinity],
    ]);
  });

  it('are absent where all values are null, which are counted', () => {
    const { chunks, bounds } = written(subject, 'int64', [[null, null], [null, 7n], [7n]]);
    expect(bounds).toEqual([nothing, [7n, 7n], [7n, 7n]]);
    expect(chunks.map(({ statistics }) => statistics.nullCount)).toEqual([2, 1, 0]);
  });

  it.each<[string, readonly Value[], readonly unknown[]]>([
    ['int64', [-1n, -(2n ** 63n), 2n ** 63n - 1n], [-(2n ** 63n), 2n ** 63n - 1n]],
    ['uint64', [2n ** 63n, 0n, 2n ** 64n - 1n, 1n], [0n, 2n ** 64n - 1n]],
    ['uint32', [2 ** 31, 1, 2 ** 32 - 1], [1n, 2n ** 32n - 1n]],
    ['uint8', [127, 128, 255], [127n, 255n]],
    ['decimal(9, 2)', ['1.00', '-9999999.99', '0.01'], [-999999999n, 100n]],
    ['decimal(18, 0)', ['-1', '5', `-${'9'.repeat(18)}`], [-(10n ** 18n - 1n), 5n]],
    ['decimal(38, 0)', ['-1', '9'.repeat(38), '0'], [-1n, 10n ** 38n - 1n]],
    ['decimal(19, 1)', ['-1.0', '-300.0', '-0.1'], [-3000n, -1n]],
    ['bool', [true, false, true], [0n, 1n]],
    ['bool', [true, null], [1n, 1n]],
    ['date', ['1970-01-02', '1969-12-31'], [-1n, 1n]],
  ])('of %s are in its own order', (type, values, bounds) => {
    const [found] = written(subject, type, [values]).bounds;
    expect(found).toEqual(bounds);
  });

  it('of uuid are in the order of its bytes', () => {
    const [low, high] = ['7fffffff-0000-0000-0000-000000000000', '80000000-0000-0000-0000-000000000000'];
    const [bounds] = written(subject, 'uuid', [[high, low]]).bounds;
    expect(bounds).toEqual([low, high].map((uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex')));
  });

  it('of text are in the order of its bytes', () => {
    const text = ['b', 'ä', 'Z', '😀', '\uffff'];
    const [bounds] = written(subject, 'string', [text]).bounds;
    expect(bounds!.map(String)).toEqual(['Z', '😀']);
  });

  it('hold for bytes that end in 0xff, or are nothing else', () => {
    const ff = (length: number, ...tail: number[]) => Uint8Array.from([...Array(length).fill(255), ...tail]);
    written(subject, 'binary', [
      [ff(300)],
      [ff(63, 1, 2, 3)],
      [ff(64, 0)],
      [Uint8Array.of()],
      [ff(1), ff(200), ff(64)],
    ]);
  });

  it('of long text are short, and text where a cut would split a character', () => {
    const long = ['a', 'ä', '€', '😀', '\u{10ffff}'].map((letter) => [letter.repeat(1000)]);
    const shifted = long.map(([text]) => [`x${text}`, `xy${text}`, `xyz${text}`]);
    const { chunks } = written(subject, 'string', [...long, ...shifted]);
    for (const { statistics, pages } of chunks) {
      for (const bound of [statistics, ...pages.map((page) => page.statistics!)].flatMap(({ min, max }) => [
        min!,
        max!,
      ])) {
        // Nothing larger than U+10FFFF can be written: its bound cannot be cut.
        if (bound[0] !== 0xf4) expect(bound.length).toBeLessThanOrEqual(128);
        expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bound)).not.toThrow();
      }
    }
  });

  it('hide no value from DuckDB: each is found by equality, and as minimum and maximum', async () => {
    const letter = fc.constantFrom(
      '',
      'a',
      'é',
      '\u007f',
      '\u{10ffff}',
      'y'.repeat(63),
      '€'.repeat(21),
      '\uffff'.repeat(30),
    );
    const text = fc.array(letter, { maxLength: 5 }).map((letters) => letters.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 }),
        async (groups) => {
          const { file } = written(subject, 'string', groups);
          const values = groups.flat();
          const sorted = values.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          expect(await duck.query(file, 'SELECT min(v), max(v) FROM FILE')).toEqual([[sorted[0], sorted.at(-1)]]);
          const counts = values.map((value) => `(SELECT count(*) FROM FILE WHERE v = '${value}')`);
          const [found] = await duck.query(file, `SELECT ${counts.join()}`);
          expect(found).toEqual(values.map((value) => `${values.filter((other) => other === value).length}`));
        },
      ),
      { numRuns: 25 },
    );
  });
});
