import fc from 'fast-check';
import { expect } from 'vitest';
import type { Scanner } from '../../engine/src/columns/format.ts';
import type { Claim } from './claim.ts';
import { type FormatSubject, rowOf, type Said, schema, taken } from './format-subject.ts';

/** Names kept apart before the rest is counted together, as `ScannedBatch` says. */
const MAX_NAMES = 1_000;

const good: Said[] = [
  { id: 1, name: 'a' },
  { id: Number.MIN_SAFE_INTEGER },
  { id: 3, name: 'größer 日本 😀' },
  { id: Number.MAX_SAFE_INTEGER, name: '' },
];
const misfit: Said = { id: 'late', name: 'x' };
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** What `Scanner` promises of every format. */
export const formatClaims: readonly Claim<FormatSubject>[] = [
  {
    title: 'makes a row of each record, in order, and counts them',
    async prove(subject) {
      const scanner = await subject.createScanner();
      expect(scanner.rows).toBe(0);
      expect(scanner.add(bodyOf(subject, good))).toBe(4);
      expect(scanner.rows).toBe(4);
      const { rows, bad, unknown } = taken(scanner.take());
      expect({ rows, bad, unknown }).toEqual({ rows: good.map(rowOf), bad: [], unknown: {} });
    },
  },
  {
    title: 'leads back from each row to the bytes of its record',
    async prove(subject) {
      const scanner = await subject.createScanner();
      scanner.add(bodyOf(subject, good.slice(0, 3)));
      scanner.add(bodyOf(subject, good.slice(3)));
      const { origins } = taken(scanner.take());
      const places = [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 0],
      ] as const;
      expect(origins).toEqual(places.map((place, i) => [...place, subject.write(good[i]!)]));
    },
  },
  {
    title: 'lets a bad record cost itself, and says which, where and why',
    async prove(subject) {
      const scanner = await subject.createScanner();
      const [first, second] = good.map(subject.write) as [string, string];
      const late = subject.write(misfit);
      const records = [first, late, subject.malformed, second, late, first];
      expect(scanner.add(bytes(subject.join(records)))).toBe(records.length);
      const { rows, origins, bad } = taken(scanner.take());
      expect(rows).toEqual([good[0]!, good[1]!, good[0]!].map(rowOf));
      expect(origins.map(([, ordinal]) => ordinal)).toEqual([0, 3, 5]);
      expect(bad).toEqual([
        [0, 1, late, 'misfit'],
        [0, 2, subject.malformed, 'malformed'],
        [0, 4, late, 'misfit'],
      ]);
    },
  },
  {
    title: 'names the field that a misfit is about, and where in the body it went wrong',
    async prove(subject) {
      const scanner = await subject.createScanner();
      scanner.add(bodyOf(subject, [good[0]!, misfit]));
      const [record] = scanner.take().bad;
      expect(record).toMatchObject({ field: 'id', message: expect.stringMatching(/^id must be .*got "late"$/) });
      expect(record!.offset).toBeGreaterThanOrEqual(record!.start);
      expect(record!.offset).toBeLessThan(record!.end);
    },
  },
  {
    title: 'refuses a record that lacks a required field',
    async prove(subject) {
      const required = { fields: schema.fields.map((field) => ({ ...field, optional: false })) };
      const scanner = await subject.createScanner({}, required);
      expect(scanner.add(bodyOf(subject, [good[0]!, { id: 2 }, good[2]!]))).toBe(3);
      const { rows, bad } = taken(scanner.take());
      expect(rows).toEqual([good[0]!, good[2]!].map(rowOf));
      expect(bad).toEqual([[0, 1, subject.write({ id: 2 }), 'misfit']]);
    },
  },
  {
    title: 'hands out with each take what was added since the last, and nothing twice',
    async prove(subject) {
      const scanner = await subject.createScanner();
      for (let round = 0; round < 5; round++) {
        const said = good.slice(0, round).map((record) => ({ ...record, extra: { round } }));
        const bad = Array.from({ length: round % 2 }, () => misfit);
        scanner.add(bodyOf(subject, [...said, ...bad]));
        expect(scanner.rows).toBe(said.length);
        const got = taken(scanner.take());
        expect(got.rows).toEqual(said.map(rowOf));
        expect(got.bad).toHaveLength(bad.length);
        expect(got.unknown).toEqual(round === 0 ? {} : { round });
        expect(scanner.rows).toBe(0);
        expect(taken(scanner.take())).toEqual({ rows: [], origins: [], bad: [], unknown: {} });
      }
    },
  },
  {
    title: 'finds nothing in an empty body, which is a delivery all the same',
    async prove(subject) {
      const scanner = await subject.createScanner();
      expect(scanner.add(bytes(''))).toBe(0);
      expect(scanner.add(bodyOf(subject, good.slice(0, 1)))).toBe(1);
      const { records } = scanner.take();
      expect([...records.delivery]).toEqual([1]);
      expect(records.bodies).toHaveLength(2);
    },
  },
  {
    title: 'reads a body that is a view of larger memory, and changes none of it',
    async prove(subject) {
      const scanner = await subject.createScanner();
      const around = bytes(`####${subject.join(good.map(subject.write))}####`);
      const before = Uint8Array.from(around);
      expect(scanner.add(around.subarray(4, around.length - 4))).toBe(4);
      const { rows, origins } = taken(scanner.take());
      expect(rows).toEqual(good.map(rowOf));
      expect(origins.map(([, , text]) => text)).toEqual(good.map(subject.write));
      expect(around).toEqual(before);
    },
  },
  {
    title: 'keeps a batch valid until the next add, whatever another scanner does',
    async prove(subject) {
      const [one, two] = [await subject.createScanner(), await subject.createScanner()];
      const body = bodyOf(subject, good);
      one.add(body);
      const batch = one.take();
      two.add(bodyOf(subject, [...good].reverse()));
      two.take();
      expect(taken(batch).rows).toEqual(good.map(rowOf));
    },
  },
  {
    title: 'counts unknown keys by name, up to a bound of names',
    async prove(subject) {
      const scanner = await subject.createScanner();
      const extra = (i: number) => ({ always: i, [`key${i}`]: i });
      const said = Array.from({ length: MAX_NAMES + 500 }, (_, i) => ({ id: i, extra: extra(i) }));
      scanner.add(bodyOf(subject, said));
      const { unknown, rows } = taken(scanner.take());
      expect(rows).toHaveLength(said.length);
      const { always, '*': others, ...named } = unknown;
      expect(always).toBe(said.length);
      expect(Object.keys(named)).toHaveLength(MAX_NAMES - 1);
      expect(others).toBe(said.length - MAX_NAMES + 1);
    },
  },
  {
    title: 'keeps unknown keys in a last column if asked',
    async prove(subject) {
      const scanner = await subject.createScanner({ rest: true });
      expect(scanner.schema.fields.map(({ name }) => name)).toEqual(['id', 'name', '_rest']);
      scanner.add(bodyOf(subject, [{ id: 1, extra: { a: 1, b: 2 } }, { id: 2 }]));
      const { rows } = taken(scanner.take());
      const rest = rows.map(({ _rest }) => (_rest === null ? null : JSON.parse(_rest as string)));
      expect(rest).toEqual([{ a: 1, b: 2 }, null]);
    },
  },
  {
    title: 'refuses records that are too large, and only those',
    async prove(subject) {
      const large: Said = { id: 2, name: 'x'.repeat(200) };
      const scanner = await subject.createScanner({ maxRecordBytes: 100 });
      expect(scanner.add(bodyOf(subject, [good[0]!, large, good[2]!]))).toBe(3);
      const { rows, bad } = taken(scanner.take());
      expect(rows).toEqual([good[0]!, good[2]!].map(rowOf));
      expect(bad).toEqual([[0, 1, subject.write(large), 'too-large']]);
    },
  },
  {
    title: 'makes the same of records however they are divided among bodies',
    async prove(subject) {
      const [one, many] = [await subject.createScanner(), await subject.createScanner()];
      const records = fc.array(said, { maxLength: 20 });
      fc.assert(
        fc.property(records, (some) => {
          one.add(bodyOf(subject, some));
          for (const record of some) many.add(bodyOf(subject, [record]));
          const [together, apart] = [taken(one.take()), taken(many.take())];
          expect(apart.rows).toEqual(together.rows);
          const texts = (places: readonly (readonly unknown[])[]) => places.map(([, , ...rest]) => rest);
          expect(texts(apart.origins)).toEqual(texts(together.origins));
          expect(texts(apart.bad)).toEqual(texts(together.bad));
        }),
      );
    },
  },
  {
    title: 'throws for no bytes at all, and accounts for each record it finds',
    async prove(subject) {
      const scanner = await subject.createScanner();
      const valid = bodyOf(subject, [...good, misfit, ...good]);
      const flips = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 5 });
      const damaged = flips.map((some) => {
        const body = Uint8Array.from(valid);
        for (const [at, bits] of some) body[at]! ^= bits;
        return body;
      });
      fc.assert(
        fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 100 })), (body) => {
          accountFor(scanner, body);
          // Nothing of it is left for the next one.
          scanner.add(bodyOf(subject, good));
          expect(taken(scanner.take()).rows).toEqual(good.map(rowOf));
        }),
        { numRuns: 400 },
      );
    },
  },
];

const said: fc.Arbitrary<Said> = fc.record({
  id: fc.oneof(fc.maxSafeInteger(), fc.constant('late')),
  name: fc.option(fc.string({ unit: 'grapheme', maxLength: 10 }), { nil: undefined }),
  extra: fc.option(fc.dictionary(fc.constantFrom('k', 'l'), fc.nat(9)), { nil: undefined }),
});

function bodyOf(subject: FormatSubject, records: readonly Said[]): Uint8Array {
  return bytes(subject.join(records.map(subject.write)));
}

/** Scans a body of any kind: records are numbered without gaps and lie in the body in order. */
function accountFor(scanner: Scanner, body: Uint8Array): void {
  const found = scanner.add(body);
  const { records, bad } = scanner.take();
  const places = Array.from({ length: records.rows.length }, (_, row) => ({
    ordinal: records.ordinal[row]!,
    start: records.start[row]!,
    end: records.end[row]!,
  }));
  const all = [...places, ...bad].sort((one, other) => one.ordinal - other.ordinal);
  expect(all.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: found }, (_, i) => i));
  let at = 0;
  for (const { start, end } of all) {
    expect(start).toBeGreaterThanOrEqual(at);
    // Only at the end may a record have no bytes: they are what is missing of a body that was cut.
    expect(end).toBeGreaterThanOrEqual(Math.min(start + 1, body.length));
    at = end;
  }
  expect(at).toBeLessThanOrEqual(body.length);
}
