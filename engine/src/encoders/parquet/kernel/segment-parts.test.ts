import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SealedColumn } from './seal.ts';
import { segmentParts } from './segment-parts.ts';

/** Of pages: short ones, long ones, and those that are more than is copied into a part. */
const size = fc.oneof(
  fc.nat(300),
  fc.integer({ min: 16_000, max: 17_000 }),
  fc.integer({ min: 1 << 18, max: 3 << 19 }),
);
const page = fc.record({ size, own: fc.boolean() });
const column = fc.record({
  dictionary: fc.option(page, { nil: undefined }),
  pages: fc.array(page, { maxLength: 4 }),
  bloomFilter: fc.option(size, { nil: undefined }),
});

/** Where bytes lie: to compare megabytes one by one takes its time. */
const placeOf = ({ byteOffset, length }: Uint8Array) => ({ byteOffset, length });

test('parts are all pages in the order of the file, then the bloom filters; only own ones leave with their buffer', () => {
  fc.assert(
    fc.property(fc.array(column, { maxLength: 4 }), (columns) => {
      let number = 0;
      const [kernel, own] = [new ArrayBuffer(1 << 26), new ArrayBuffer(1 << 26)];
      const ends = new Map([kernel, own].map((buffer) => [buffer, 0]));
      const bytesIn = (buffer: ArrayBuffer, length: number) => {
        const at = ends.get(buffer)!;
        ends.set(buffer, at + length);
        return new Uint8Array(buffer, at, length).fill(++number);
      };
      const written = columns.map(({ dictionary, pages, bloomFilter }) => {
        const lay = (one: { size: number; own: boolean }) => bytesIn(one.own ? own : kernel, one.size);
        return {
          dictionary: dictionary && lay(dictionary),
          pages: pages.map((one) => ({ bytes: lay(one) })),
          bloomFilter: bloomFilter === undefined ? undefined : bytesIn(kernel, bloomFilter),
        };
      });
      const sealed = written.map((one) => ({ column: one }) as unknown as SealedColumn);
      const parts = segmentParts(sealed, ({ buffer }) => buffer === own);
      const inOrder = [
        ...written.flatMap(({ dictionary, pages }) => [dictionary, ...pages.map(({ bytes }) => bytes)]),
        ...written.map(({ bloomFilter }) => bloomFilter),
      ].filter((bytes) => bytes !== undefined);
      expect(Buffer.compare(Buffer.concat(parts), Buffer.concat(inOrder))).toBe(0);
      expect(parts.some(({ buffer }) => buffer === kernel)).toBe(false);
      expect(parts.every(({ length, buffer }) => length > 0 && (buffer === own || buffer.byteLength === length))).toBe(
        true,
      );
      const long = inOrder.filter(({ buffer, length }) => buffer === own && length >= 1 << 14);
      expect(parts.filter(({ buffer }) => buffer === own).map(placeOf)).toEqual(long.map(placeOf));
      // As few as can be: no two copied ones beside each other that would fit into one.
      const copied = parts.map(({ buffer, length }) => (buffer === own ? undefined : length));
      for (const [i, length] of copied.entries()) {
        const next = copied[i + 1];
        if (length === undefined || next === undefined) continue;
        expect(length + next).toBeGreaterThan(1 << 20);
      }
    }),
    { numRuns: 40 },
  );
});
