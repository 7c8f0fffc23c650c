import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from './frame-codec.ts';
import type { Frame } from './frames.ts';

const result = (value: unknown): Frame => ({ type: 'result', id: 1, result: value });

/** What a frame's value is after the journey. */
function through(value: unknown): unknown {
  const frame = decodeFrame(encodeFrame(result(value)));
  return (frame as { result: unknown }).result;
}

describe('a frame as a message', () => {
  test.each([
    ['null', null],
    ['undefined', undefined],
    ['minus zero', -0],
    ['NaN', Number.NaN],
    ['infinities', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['integers beyond 2^53', [2n ** 63n - 1n, -(2n ** 200n)]],
    ['holes of arrays', [1, undefined, 3]],
    ['a key of our own', { $: ['bigint', '1'] }],
    ['a key of our own in one', { $: { $: { $: 1n } } }],
    ['text of every kind', 'grüße \u{1F600} \u0000 \ud800'],
    ['bytes', new Uint8Array([1, 2, 3])],
    [
      'numbers of all widths',
      [new Int32Array([-1]), new Float64Array([0.1]), new BigInt64Array([-1n]), new Float32Array(3)],
    ],
    ['no bytes', new Uint8Array()],
    ['bytes of odd lengths in a row', Array.from({ length: 20 }, (_, length) => new Uint8Array(length).fill(length))],
  ])('carries %s', (_name, value) => {
    expect(through(value)).toStrictEqual(value);
  });

  test('keeps a key named __proto__ a key', () => {
    const value = JSON.parse('{ "__proto__": { "isAdmin": true } }');
    const carried = through(value) as object;
    expect(Object.keys(carried)).toEqual(['__proto__']);
    expect((carried as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test('carries a view without the buffer behind it', () => {
    const buffer = new Uint8Array(1_000_000);
    const message = encodeFrame(result(buffer.subarray(10, 14)));
    expect(message.length).toBeLessThan(200);
  });

  test("takes Node's Buffer for the bytes that it is", () => {
    expect(through(Buffer.from('abc'))).toStrictEqual(new Uint8Array([97, 98, 99]));
  });

  test('lays typed arrays down where they can be read in place', () => {
    const message = encodeFrame(result([new Uint8Array(3), new Float64Array([1.5])]));
    const [, doubles] = (decodeFrame(message) as { result: [unknown, Float64Array] }).result;
    expect(doubles.buffer).toBe(message.buffer);
  });

  test('is read at any place of a buffer', () => {
    const message = encodeFrame(result(new Float64Array([1.5, -2])));
    const shifted = new Uint8Array(message.length + 3);
    shifted.set(message, 3);
    expect((decodeFrame(shifted.subarray(3)) as { result: unknown }).result).toStrictEqual(new Float64Array([1.5, -2]));
  });

  test.each([
    ['a function', () => {}],
    ['a map', new Map()],
    ['a date', new Date(0)],
    ['a symbol', Symbol('x')],
  ])('refuses %s, instead of losing it', (_name, value) => {
    expect(() => encodeFrame(result({ value }))).toThrow(/cannot cross/);
  });

  test('refuses a cycle', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => encodeFrame(result(cycle))).toThrow(/nested deeper/);
  });
});

describe('a message that is none of ours', () => {
  const good = encodeFrame(result({ a: new Int32Array([1, 2, 3]), b: 'text', c: [1n, { $: 1 }] }));

  /** A message with a head of one's own choice, in front of 16 bytes of attachments. */
  function forged(head: unknown): Uint8Array {
    const text = new TextEncoder().encode(typeof head === 'string' ? head : JSON.stringify(head));
    const start = Math.ceil((8 + text.length) / 8) * 8;
    const message = new Uint8Array(start + 16);
    message.set(good.subarray(0, 4));
    new DataView(message.buffer).setUint32(4, text.length, true);
    message.set(text, 8);
    return message;
  }
  const withValue = (value: unknown) => forged({ type: 'result', id: 1, result: value });

  test.each([
    ['is empty', new Uint8Array()],
    ['has no head', good.slice(0, 8)],
    ['is cut', good.slice(0, good.length - 8)],
    ['has another mark', Uint8Array.from(good, (byte, at) => (at === 0 ? byte + 1 : byte))],
    ['is no JSON', forged('{"type":')],
    ['is no UTF-8', Uint8Array.from(good, (byte, at) => (at === 12 ? 0xff : byte))],
    ['is no frame', forged({ type: 'hello' })],
    ['is null', forged('null')],
    ['has an attachment before the first one', withValue({ $: ['Uint8Array', -8, 4] })],
    ['has an attachment beyond the end', withValue({ $: ['Uint8Array', 0, 17] })],
    ['has an attachment whose size overflows', withValue({ $: ['Float64Array', 8, 2 ** 50] })],
    ['has an attachment that is not aligned', withValue({ $: ['Float64Array', 4, 1] })],
    ['has an attachment of half an element', withValue({ $: ['Uint8Array', 0.5, 1] })],
    ['names a constructor that is no array', withValue({ $: ['constructor', 0, 0] })],
    ['has a bigint that is none', withValue({ $: ['bigint', 'eval'] })],
    ['has a number that is none', withValue({ $: ['number', '1'] })],
    ['is nested too deeply', forged(`{"type":"result","id":1,"result":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  ])('that %s is told from a frame', (_name, message) => {
    expect(decodeFrame(message)).toBeUndefined();
  });

  test('that lies in a larger buffer cannot reach beyond itself', () => {
    const beyond = withValue({ $: ['Uint8Array', 8, 16] });
    const buffer = new Uint8Array(beyond.length + 64);
    buffer.set(beyond, 8);
    expect(decodeFrame(buffer.subarray(8, 8 + beyond.length))).toBeUndefined();
  });

  test('whose head claims to be longer than the message is refused, though it could be read', () => {
    const text = new TextEncoder().encode('{"type":"cancel","id":1}');
    const message = new Uint8Array(8 + text.length);
    message.set(good.subarray(0, 4));
    message.set(text, 8);
    const view = new DataView(message.buffer);
    view.setUint32(4, text.length, true);
    expect(decodeFrame(message)).toEqual({ type: 'cancel', id: 1 });
    view.setUint32(4, text.length + 1, true);
    expect(decodeFrame(message)).toBeUndefined();
  });

  test('never throws, whatever bytes are flipped, and gives only what is a frame', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        (flips) => {
          const message = good.slice();
          for (const [at, byte] of flips) message[at] = byte;
          const frame = decodeFrame(message);
          return frame === undefined || typeof frame.type === 'string';
        },
      ),
      { numRuns: 2_000 * Number(process.env.PARQUETRY_TEST_FACTOR ?? 1) },
    );
  });

  test('never throws for any bytes at all behind the mark', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = Uint8Array.from([...good.subarray(0, 4), ...bytes]);
        expect(() => decodeFrame(message)).not.toThrow();
      }),
    );
  });
});

test('every plain value comes back as structured clone would bring it', () => {
  const plain = fc.anything({ withBigInt: true, withTypedArray: true, key: fc.string(), maxDepth: 4 }).filter(canCross);
  fc.assert(
    fc.property(plain, (value) => {
      expect(through(value)).toEqual(structuredClone(value));
    }),
  );
});

function canCross(value: unknown): boolean {
  if (value instanceof Uint8ClampedArray) return false;
  if (ArrayBuffer.isView(value)) return true;
  return typeof value !== 'object' || value === null || Object.values(value).every(canCross);
}
