import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompactWriter } from './compact-writer.ts';
import { binary, bool, fieldsOf, i16, i32, i64, list, struct } from './metadata.ts';
import { WIRE } from './thrift.ts';
import { ThriftCursor } from './thrift-cursor.ts';
import { readStruct } from './thrift-reader.ts';
import { writeStruct } from './thrift-writer.ts';

const long = new Uint8Array(3000).fill(7);
const tree = fieldsOf([
  [1, i32(-5)],
  [2, i64(2 ** 40)],
  [3, bool(false)],
  [4, list('i64', [i64(1), i64(2 ** 33)])],
  [5, struct(fieldsOf([[1, binary(long)]]))],
  [6, list('struct', [struct(fieldsOf([[1, i16(3)]])), struct(fieldsOf([]))])],
  [40, list('bool', [bool(true), bool(false)])],
]);

describe('the compact writer', () => {
  it('writes what writeStruct does', () => {
    const writer = new CompactWriter();
    for (let again = 0; again < 2; again++) {
      writer.start();
      writer.i32(1, -5);
      writer.i64(2, 2 ** 40);
      writer.bool(3, false);
      writer.list(4, WIRE.i64, 2);
      writer.numberElement(1);
      writer.numberElement(2 ** 33);
      writer.struct(5);
      writer.binary(1, long);
      writer.end();
      writer.list(6, WIRE.struct, 2);
      writer.open();
      writer.i16(1, 3);
      writer.end();
      writer.open();
      writer.end();
      writer.list(40, WIRE.true, 2);
      writer.boolElement(true);
      writer.boolElement(false);
      writer.end();
      expect(Buffer.compare(writer.bytes, writeStruct(tree))).toBe(0);
    }
  });
});

describe('the cursor', () => {
  const bytes = writeStruct(tree);

  it('finds fields, and skips what nobody reads', () => {
    const cursor = new ThriftCursor(bytes);
    const found: [number, number?][] = [];
    cursor.enter();
    while (cursor.next()) {
      if (cursor.wire === WIRE.i32 || cursor.wire === WIRE.i64) found.push([cursor.id, cursor.number()]);
      else {
        found.push([cursor.id]);
        cursor.skip();
      }
    }
    expect(found).toEqual([[1, -5], [2, 2 ** 40], [3], [4], [5], [6], [40]]);
    expect(cursor.at).toBe(bytes.length);
  });

  it('refuses bytes that end too soon, wherever', () => {
    for (let end = 0; end < bytes.length; end += end < 100 ? 1 : 97) {
      const cursor = new ThriftCursor(bytes.subarray(0, end));
      const walk = () => {
        cursor.enter();
        while (cursor.next()) cursor.skip();
      };
      expect(walk).toThrow(expect.objectContaining({ code: 'E_INTEGRITY' }));
    }
  });

  it.each([
    ['structs', 0x1c],
    ['lists', 0x19],
  ])('refuses %s in each other without end', (_, head) => {
    const cursor = new ThriftCursor(new Uint8Array(100_000).fill(head));
    cursor.enter();
    cursor.next();
    expect(() => cursor.skip()).toThrow(expect.objectContaining({ code: 'E_INTEGRITY' }));
  });

  it('takes what `readStruct` takes, ends where that ends, and throws nothing but E_INTEGRITY', () => {
    // Heads of lists and structs make up most of the bytes, so that they come to lie in each other.
    const byte = fc.oneof(fc.constantFrom(0x19, 0x1c, 0x29, 0x00, 0x15, 0x18, 0x11), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 120 }), (array) => {
        const bytes = Uint8Array.from(array);
        const [ours, theirs] = [outcomeOf(() => skipped(bytes)), outcomeOf(() => readStruct(bytes).end)];
        if (typeof theirs === 'number') expect(ours).toBe(theirs);
        else expect(typeof ours === 'number' || ours === 'E_INTEGRITY').toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

function skipped(bytes: Uint8Array): number {
  const cursor = new ThriftCursor(bytes);
  cursor.enter();
  while (cursor.next()) cursor.skip();
  return cursor.at;
}

function outcomeOf(work: () => number): unknown {
  try {
    return work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
