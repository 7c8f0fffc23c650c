import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchFromRows } from '../../engine/src/columns/rows.ts';
import { discardKernel } from '../../engine/src/kernel/kernel.ts';
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
/** A file has every eleventh column, in turn: prime to the settings, so that each column meets every value of each of them. */
const STRIDE = 11;
const settings = { values, rows, dictionary, compression: kernel!.codecs, pageVersion };

let readers: readonly Reader[];
beforeAll(async () => {
  readers = await openReaders();
});
afterAll(() => Promise.all(readers.map((reader) => reader.close())));

for (const compression of kernel!.codecs) {
  const files = fullProduct<Pick<Case, keyof typeof settings>>({ ...settings, compression: [compression] }, () => true);
  test(`columns of every type, shape and encoding are read back equal under ${files.length} settings with ${compression}`, async () => {
    for (const [turn, setting] of files.entries()) {
      const some = columns.filter((_, i) => i % STRIDE === turn % STRIDE);
      await expectEqualFile(some.map((column) => ({ ...column, ...setting })));
    }
  }, 120_000);
}

async function expectEqualFile(cases: readonly Case[]): Promise<void> {
  const { dictionary, compression, pageVersion, rows } = cases[0]!;
  const { fields, groups } = wideTableOf(cases, GROUPS[rows]);
  const encodings = cases.filter((of) => of.encoding !== 'default');
  const ofColumns = encodings.map((of) => [titleOf(of), { encoding: of.encoding, dictionary: dictionary === true }]);
  const config = { dictionary, compression, pageVersion, dataPageSize: '1KiB', columns: Object.fromEntries(ofColumns) };
  const encoder = kernel!.create(config);
  const segments = groups.map((group) => encoder.encode(batchFromRows(fields, group)));
  discardKernel(); // each encoder has memory of its own, for many columns
  const file = Buffer.concat(encoder.assemble(segments, { fields, keyValues: {} }));
  for (const reader of readers) {
    const readable = fields.filter((_, i) => !reader.lacks?.(cases[i]!));
    const wanted = reader.name === 'DuckDB' ? readable : fields;
    const found = await reader.read(file, wanted);
    const expected = formsOf(groups.flat(), wanted);
    if (JSON.stringify(found) === JSON.stringify(expected)) continue;
    const at = expected.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(found[i]));
    const column = wanted.findIndex((_, i) => JSON.stringify(expected[at]?.[i]) !== JSON.stringify(found[at]?.[i]));
    const what = `${reader.name}, row ${at}, ${wanted[column]?.name}`;
    expect(found[at]?.[column], what).toEqual(expected[at]?.[column]);
    expect(found.length, what).toBe(expected.length);
  }
}
