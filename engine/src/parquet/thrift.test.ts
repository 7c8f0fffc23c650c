import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThriftStruct, ThriftValue } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';
import { writeStruct } from './thrift-writer.ts';

const scalar = fc.oneof(
  fc.boolean().map((value): ThriftValue => ({ kind: 'bool', value })),
  fc.integer({ min: -128, max: 127 }).map((value): ThriftValue => ({ kind: 'i8', value })),
  fc.integer({ min: -32768, max: 32767 }).map((value): ThriftValue => ({ kind: 'i16', value })),
  fc.integer().map((value): ThriftValue => ({ kind: 'i32', value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): ThriftValue => ({ kind: 'i64', value })),
  fc.double({ noNaN: true }).map((value): ThriftValue => ({ kind: 'double', value })),
  fc.uint8Array({ maxLength: 300 }).map((value): ThriftValue => ({ kind: 'binary', value: Uint8Array.from(value) })),
);

function structs(depth: number): fc.Arbitrary<ThriftStruct> {
  const value: fc.Arbitrary<ThriftValue> =
    depth === 0
      ? scalar
      : fc.oneof(
          scalar,
          structs(depth - 1).map((inner): ThriftValue => ({ kind: 'struct', value: inner })),
          fc.array(structs(depth - 1), { minLength: 1, maxLength: 20 }).map(
            (inner): ThriftValue => ({
              kind: 'list',
              of: 'struct',
              value: inner.map((one) => ({ kind: 'struct', value: one })),
            }),
          ),
          fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }).map(
            (inner): ThriftValue => ({
              kind: 'list',
              of: 'bool',
              value: inner.map((one) => ({ kind: 'bool', value: one })),
            }),
          ),
        );
  const id = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 32767 }));
  return fc.array(fc.tuple(id, value), { maxLength: 8 }).map((pairs) => new Map(pairs.sort(([a], [b]) => a - b)));
}

const nested = (head: readonly number[], count: number) =>
  Uint8Array.from(Array.from({ length: count }, () => head).flat());

describe('thrift compact protocol', () => {
  it('reads back every tree it writes', () => {
    fc.assert(
      fc.property(structs(3), (tree) => {
        const bytes = writeStruct(tree);
        expect(readStruct(bytes)).toEqual({ value: tree, end: bytes.length });
      }),
    );
  });

  it('answers any bytes with a tree or E_INTEGRITY', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(readStruct(bytes).end).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_INTEGRITY' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['nothing', Uint8Array.of()],
    ['structs without end', nested([0x1c], 100_000)],
    ['lists without end', nested([0x19, 0x19], 100_000)],
    ['a list of four billion elements', Uint8Array.of(0x19, 0xfc, 255, 255, 255, 255, 15)],
    ['a binary longer than the bytes', Uint8Array.of(0x18, 255, 255, 255, 255, 7)],
    ['a varint without end', Uint8Array.of(0x16, ...Array.from({ length: 5000 }, () => 255))],
    ['a map', Uint8Array.of(0x1b, 0)],
    ['half a double', Uint8Array.of(0x17, 1, 2, 3)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => readStruct(bytes)).toThrow(expect.objectContaining({ code: 'E_INTEGRITY' }));
  });
});
