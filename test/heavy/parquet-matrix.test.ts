import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchFromRows } from '../../engine/src/columns/rows.ts';
import { subjects } from '../parquet/writer/encoders.ts';
import { type Case, dimensions, isValid, titleOf, wideTableOf } from '../parquet/writer/matrix.ts';
import { fullProduct } from '../parquet/writer/pairwise.ts';
import { formsOf, openReaders, type Reader } from '../parquet/writer/readers.ts';

/** Rows of each row group. Pages are as small as they may be, so most columns have several. */
const GROUPS: Readonly<Record<Case['rows'], readonly number[]>> = {
  none: [],
  one: [1],
  'several pages': [170],
  'several row groups': [1, 60, 9],
};

const [kernel] = subjects;
const { type, shape, nulls, encoding, values, rows, dictionary, pageVersion } = dimensions;
const one = { values: ['few'], rows: ['one'], dictionary: ['auto'], compression: ['none'], pageVersion: [1] } as const;
/** What columns of one file can differ in. */
const columns = fullProduct<Case>({ type, shape, nulls, encoding, ...one }, isValid);
/** A file has every 19th column, in turn: prime to the settings, and few enough, so that each column meets every value of each of them. */
const STRIDE = 19;
const settings = { values, rows, dictionary, compression: kernel!.codecs, pageVersion };

let readers: readonly Reader[];
beforeAll(async () => {
  readers = await openReaders();
});
afterAll(() => Promise.all(readers.map((reader) => reader.close())));

for (const [at, compression] of kernel!.codecs.entries()) {
  const files = fullProduct<Pick<Case, keyof typeof settings>>({ ...settings, compression: [compression] }, () => true);
  test(`check 10: columns of every type, shape and encoding are read back equal under ${files.length} settings with ${compression}`, async () => {
    for (const [i, setting] of files.entries()) {
      const turn = at * files.length + i;
      const some = columns.filter((_, column) => column % STRIDE === turn % STRIDE);
      await expectEqualFile(some.map((column) => ({ ...column, ...setting })));
    }
  }, 400_000);
}

async function expectEqualFile(cases: readonly Case[]): Promise<void> {
  const { dictionary, compression, pageVersion, rows } = cases[0]!;
  const { fields, groups } = wideTableOf(cases, GROUPS[rows]);
  const columns = Object.fromEntries(
    cases.flatMap(({ encoding }, i) =>
      encoding === 'default' ? [] : [[fields[i]!.name, { encoding, dictionary: dictionary === true }]],
    ),
  );
  const encoder = kernel!.create({ dictionary, compression, pageVersion, dataPageSize: '1KiB', columns });
  const segments = groups.map((group) => encoder.encode(batchFromRows(fields, group)));
  const file = Buffer.concat(encoder.assemble(segments, { fields, keyValues: {} }));
  const written = formsOf(groups.flat(), fields);
  for (const reader of readers) {
    const asked = [...cases.keys()].filter((i) => !reader.lacks?.(cases[i]!));
    const found = await reader.read(
      file,
      asked.map((i) => fields[i]!),
    );
    const expected = asked.length === cases.length ? written : written.map((row) => asked.map((i) => row[i]!));
    if (JSON.stringify(found) === JSON.stringify(expected)) continue;
    const at = expected.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(found[i]));
    const column = asked.findIndex((_, i) => JSON.stringify(expected[at]?.[i]) !== JSON.stringify(found[at]?.[i]));
    const what = `${reader.name}, row ${at}, ${column < 0 ? '' : titleOf(cases[asked[column]!]!)}`;
    expect(found[at]?.[column], what).toEqual(expected[at]?.[column]);
    expect(found.length, what).toBe(expected.length);
  }
}
