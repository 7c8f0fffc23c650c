import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { Duck, fieldsOf, fileOf, type Row } from '../oracle.test-support.ts';
import { cutBounds, joinBounds } from './bounds.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck[Symbol.asyncDispose]());

const longBytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.uint8Array({ minLength: 60, maxLength: 90, min: 250 }),
  fc.constant(new Uint8Array(80).fill(255)),
);
const longText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('\u{10ffff}', '\ud7ff', '\uffff', 'é'), maxLength: 60 }),
);

describe('bounds of long values', () => {
  test('are cut to 64 bytes and still bounds, unless there is nothing above', () => {
    fc.assert(
      fc.property(longBytes, (bytes) => {
        const { min, max, minExact, maxExact } = cutBounds(bytes, bytes, false);
        expect(Buffer.compare(min, bytes)).toBeLessThanOrEqual(0);
        expect(Buffer.compare(max, bytes)).toBeGreaterThanOrEqual(0);
        expect([minExact, maxExact]).toEqual([Buffer.compare(min, bytes) === 0, Buffer.compare(max, bytes) === 0]);
        if (bytes.some((byte, i) => i < 64 && byte < 255)) expect(max.length).toBeLessThanOrEqual(64);
        expect(min.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  test('of text are text', () => {
    fc.assert(
      fc.property(longText, (text) => {
        const bytes = Buffer.from(text);
        const { min, max } = cutBounds(bytes, bytes, true);
        for (const bound of [min, max]) {
          expect(Buffer.from(Buffer.from(bound).toString()).equals(bound), 'is UTF-8').toBe(true);
        }
        expect(Buffer.compare(min, bytes)).toBeLessThanOrEqual(0);
        expect(Buffer.compare(max, bytes)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test('joined bounds are exact if a value is', () => {
  const bounds = (text: string, exact: boolean) => {
    const bytes = Buffer.from(text);
    return { bounds: { min: bytes, max: bytes, minExact: exact, maxExact: exact } };
  };
  const joined = joinBounds([{}, bounds('b', false), bounds('b', true), bounds('a', false)], Buffer.compare)!;
  expect([`${joined.min}`, joined.minExact, `${joined.max}`, joined.maxExact]).toEqual(['a', false, 'b', true]);
  expect(joinBounds([{}], Buffer.compare)).toBeUndefined();
});

describe('statistics', () => {
  const about = async (type: string, values: readonly Row[string][], options: object = {}) => {
    const file = fileOf(fieldsOf({ v: type }), [values.map((v) => ({ v }))], options, 'kernel');
    const found = await duck.query(file, 'SELECT stats_min_value, stats_max_value FROM parquet_metadata(FILE)');
    return found[0];
  };

  it.each([false, true])('compare as the type does, with dictionary %s', async (dictionary) => {
    const options = { dictionary };
    expect(await about('int32', [5, -7, 3], options)).toEqual(['-7', '5']);
    expect(await about('uint32', [1, 2 ** 32 - 1], options)).toEqual(['1', '4294967295']);
    expect(await about('uint64', [1n, 2n ** 63n], options)).toEqual(['1', '9223372036854775808']);
    expect(await about('decimal(30, 1)', ['-2.5', '-10.0', '7.0', '1.0'], options)).toEqual(['-10.0', '7.0']);
    expect(await about('string', ['b', 'a', 'é', ''], options)).toEqual(['', 'é']);
    expect(await about('string', ['a\u0000', 'a', 'abcdefgh', 'abcdefg'], options)).toEqual(['a', 'abcdefgh']);
    expect(await about('bool', [true, true], options)).toEqual(['true', 'true']);
    expect(await about('date', ['1969-01-01', '2024-02-29'], options)).toEqual(['1969-01-01', '2024-02-29']);
  });

  it('of byte arrays are the least and the greatest, however much of their beginnings they share', () => {
    const beginning = fc.constantFrom(
      '',
      'a',
      'abcdefg',
      'abcdefgh',
      'abcdefgh\u0000',
      'https://example.com/',
      'https://example.net/',
    );
    const end = fc.string({ unit: fc.constantFrom('\u0000', '0', '9', 'é', '🙂'), maxLength: 12 });
    const text = fc.tuple(beginning, end).map((parts) => parts.join(''));
    const texts = fc.array(text, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.boolean(), fc.boolean(), (values, dictionary, sorted) => {
        const bytes = (sorted ? values.toSorted() : values).map((value) => Buffer.from(value));
        const rows = bytes.map((v) => ({ v }));
        const file = fileOf(fieldsOf({ v: 'binary' }), [rows], { dictionary, statistics: 'chunk' }, 'kernel');
        const { buffer, byteOffset, byteLength } = file;
        const metadata = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
        const { min_value, max_value } = metadata.row_groups[0]!.columns[0]!.meta_data!.statistics!;
        const ordered = bytes.toSorted(Buffer.compare);
        expect([min_value, max_value].map((one) => Buffer.from(one as Uint8Array))).toEqual([
          ordered[0],
          ordered.at(-1),
        ]);
      }),
    );
  });

  it.each([false, true])('of floats leave NaN out and widen zeros, with dictionary %s', async (dictionary) => {
    expect(await about('double', [NaN, 2, NaN, -1], { dictionary })).toEqual(['-1.0', '2.0']);
    expect(await about('float', [NaN, NaN], { dictionary })).toEqual([null, null]);
    expect(await about('double', [0, 0], { dictionary })).toEqual(['-0.0', '0.0']);
    expect(await about('double', [-0, -0], { dictionary })).toEqual(['-0.0', '0.0']);
  });
});
