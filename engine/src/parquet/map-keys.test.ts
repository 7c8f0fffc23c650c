import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toArrowIpc } from '../columns/arrow.ts';
import { batchFromRows } from '../columns/rows.ts';
import { readValue, type Value } from '../columns/values.ts';
import type { Field } from '../core/schema.ts';
import { parseSlot } from '../core/schema-text.ts';
import { bytesSource } from './files.test-support.ts';
import { keepLastOfEachKey } from './map-keys.ts';
import { openParquet } from './reader.ts';
import { parquetFromIpc } from './wasm.ts';

type Entries = readonly (readonly [key: Value, value: number])[];
type Maps = readonly (Entries | null)[];

const fieldOf = (type: string): Field => ({ name: 'm', ...parseSlot(type) });

/** A column of maps with the entries as they are given, equal keys and all. */
function columnOf(key: string, maps: Maps) {
  return batchFromRows(
    [fieldOf(`map<${key}, int32?>?`)],
    maps.map((m) => ({ m: m as Value })),
  ).columns[0]!;
}

/** Keys and values of each map as they lie in the column, whatever its keys are. */
function entriesOf(column: ReturnType<typeof columnOf>): unknown[] {
  const [keys, values] = column.children!;
  return Array.from({ length: column.length }, (_, row) => {
    if (column.validity && ((column.validity[row >> 3]! >> (row & 7)) & 1) === 0) return null;
    const start = column.offsets![row]!;
    return Array.from({ length: column.offsets![row + 1]! - start }, (_, i) => [
      readValue(keys!, start + i),
      readValue(values!, start + i),
    ]);
  });
}

/** As JSON.parse and `Map` do it. */
const lastOfEach = (maps: Maps) => maps.map((map) => map && [...new Map(map)]);

const textKey = fc.oneof(
  fc.constantFrom('', 'a', 'aa', 'ab', 'ä', '😀', '1'),
  fc.string({ unit: 'grapheme', maxLength: 2 }),
);
/** Also of more keys than are compared each with each. */
const anyMaps = (key: fc.Arbitrary<Value>) =>
  fc.array(fc.option(fc.array(fc.tuple(key, fc.nat(99)), { maxLength: 45 })), { maxLength: 8 });

describe('maps with equal keys', () => {
  test.each([
    ['string', textKey],
    ['int32', fc.integer({ min: -3, max: 3 })],
    ['int64', fc.bigInt({ min: 2n ** 62n, max: 2n ** 62n + 5n })],
    ['double', fc.constantFrom(-1.5, 0, 2, 1e300, Number.NaN)],
    ['bool', fc.boolean()],
    ['decimal(30, 2)', fc.constantFrom('1.00', '-1.00', '12345678901234567890.50')],
    ['date', fc.constantFrom('2026-01-01', '2026-01-02', '1969-12-31')],
    ['uuid', fc.constantFrom('6bbf0744-74b4-4d8d-9a5b-b0a4b2b4b1a1', '6bbf0744-74b4-4d8d-9a5b-b0a4b2b4b1a2')],
  ] as const)('of %s keep the last value of each, where the key came first', (type, key) => {
    fc.assert(
      fc.property(anyMaps(key as fc.Arbitrary<Value>), (maps) => {
        expect(entriesOf(keepLastOfEachKey(columnOf(type, maps)))).toEqual(lastOfEach(maps));
      }),
      { numRuns: 200 },
    );
  });

  test('that are structs keep the last value of each', () => {
    const key = (x: number | null) => ({ x });
    const maps = [
      [
        [key(1), 1],
        [key(null), 2],
        [key(1), 3],
        [key(null), 4],
      ],
    ] as Maps;
    const wanted = [
      [
        [key(1), 3],
        [key(null), 4],
      ],
    ];
    expect(entriesOf(keepLastOfEachKey(columnOf('struct<x: int32?>', maps)))).toEqual(wanted);
  });

  test('are copied only where there are some', () => {
    const many: Entries = Array.from({ length: 50 }, (_, i) => [`k${i}`, i]);
    const column = columnOf('string', [
      [
        ['a', 1],
        ['b', 2],
      ],
      null,
      [],
      [['a', 1]],
      many,
    ]);
    expect(keepLastOfEachKey(column)).toBe(column);
  });

  test('are read from a file as other maps are, wherever they lie', async () => {
    await fc.assert(
      fc.asyncProperty(anyMaps(textKey), async (maps) => {
        const column = fieldOf('struct<all: list<map<string, int32?>?>>');
        const rows = maps.map((map) => ({ m: { all: [map, null, map] } as Value }));
        const file = parquetFromIpc(toArrowIpc(batchFromRows([column], rows)), (wasm) =>
          new wasm.WriterPropertiesBuilder().build(),
        );
        const found: unknown[] = [];
        for await (const { rows: batch } of (await openParquet(bytesSource(file))).batches()) {
          for (let row = 0; row < batch.length; row++) found.push(readValue(batch.columns[0]!, row));
          const lists = batch.columns[0]!.children![0]!;
          const wanted = lastOfEach(maps).flatMap((map) => [map, null, map]);
          expect(entriesOf(lists.children![0]!)).toEqual(wanted);
        }
        expect(found).toHaveLength(maps.length);
      }),
      { numRuns: 30 },
    );
  });
});
