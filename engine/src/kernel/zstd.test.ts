import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { compressors } from 'hyparquet-compressors';
import { expect, test } from 'vitest';
import { checkKernelsOfFile } from './checked-kernel.test-support.ts';
import { separateKernel } from './kernel.ts';
import { pseudoRandom, writtenIn } from './written.test-support.ts';

checkKernelsOfFile();
const kernel = separateKernel(64 << 20);
const { exports } = kernel;
const { written } = writtenIn(kernel);
const work = kernel.allocate(exports.zstdWorkBytes());

/** Cases of each property: many times that in the heavy suite. */
const RUNS = 30;
const BLOCK_BYTES = 1 << 17;
const WINDOW_BYTES = 1 << 20;

interface Words {
  readonly from: number;
  readonly doubles: boolean;
}

function compress(input: Uint8Array, words: Words = { from: input.length, doubles: false }): Buffer {
  return written(exports.zstdBound(input.length), [input], (target, [source]) =>
    exports.zstdCompress(source!, input.length, words.from, words.doubles ? 1 : 0, target, work),
  );
}

/** The library and a decoder in JavaScript get the input back. Answers the bytes; undefined for what is left to the library. */
function expectRoundTrip(input: Uint8Array, words?: Words): number | undefined {
  const packed = compress(input, words);
  if (packed.length === 0) {
    expect(words?.from ?? input.length).toBeGreaterThanOrEqual(1 << 16);
    return undefined;
  }
  expect(Buffer.compare(zstdDecompressSync(packed), input)).toBe(0);
  if (input.length > 0) expect(Buffer.compare(compressors.ZSTD!(packed, input.length), input)).toBe(0);
  expect(packed.length, 'hardly more than as it is').toBeLessThan(input.length * 1.001 + 16);
  return packed.length;
}

/** A loop: `Uint8Array.from` takes ten times as long for millions of bytes. */
function bytesOf(length: number, of: (i: number) => number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = of(i);
  return bytes;
}
const hexOf = (length: number, random: () => number) =>
  bytesOf(length, () => '0123456789abcdef'.charCodeAt(random() % 16));

test('every length up to 600, of few and of many different bytes', () => {
  const random = pseudoRandom(1);
  for (let length = 0; length <= 600; length++) {
    for (const kinds of [1, 2, 17, 256]) expectRoundTrip(bytesOf(length, () => random() % kinds));
  }
});

test('lengths around where a block, the window and a field of a header end', () => {
  const random = pseudoRandom(2);
  for (const limit of [256, 1024, 4096, 16_384, 65_536, 65_792, BLOCK_BYTES, 3 * BLOCK_BYTES, WINDOW_BYTES]) {
    for (const length of [limit - 1, limit, limit + 1, limit + 15]) {
      expectRoundTrip(bytesOf(length, () => random()));
      expectRoundTrip(bytesOf(length, () => random() & 3));
      expectRoundTrip(hexOf(length, random));
      expectRoundTrip(new Uint8Array(length));
    }
  }
});

test('what comes back is found within the window, and never beyond it', () => {
  const random = pseudoRandom(3);
  const piece = bytesOf(50_000, random);
  for (const gap of [0, WINDOW_BYTES - 50_000, WINDOW_BYTES - 49_999, WINDOW_BYTES, 2 * WINDOW_BYTES]) {
    expectRoundTrip(Buffer.concat([piece, bytesOf(gap, random), piece, piece]));
    // Over a run of one value few positions are forgotten.
    const words = Buffer.concat([piece, Buffer.alloc(gap - (gap % 8), 1), piece]);
    for (const doubles of [false, true]) expectRoundTrip(words, { from: 0, doubles });
  }
});

test('offsets of a block that is stored as it is do not count for the next one', () => {
  const random = pseudoRandom(11);
  const noise = bytesOf(2 * BLOCK_BYTES, random);
  noise.copyWithin(20, 4, 12); // a match, but not one that makes the first block smaller
  for (let at = BLOCK_BYTES + 20; at < BLOCK_BYTES + 9000; at++) noise[at] = noise[at - 16]!;
  expect(expectRoundTrip(noise)).toBeLessThan(2 * BLOCK_BYTES - 8000);
});

test('literals of every skew, which codes of 11 bits must do for', () => {
  const random = pseudoRandom(4);
  for (let skew = 1; skew <= 30; skew += 0.5) {
    for (const length of [256, 1000, 20_000, 200_000]) {
      expectRoundTrip(bytesOf(length, () => Math.floor((random() / 2 ** 24) ** skew * 256)));
    }
  }
  // Fibonacci's numbers make the deepest tree.
  const counts = [1, 1];
  while (counts.length < 22) counts.push(counts.at(-1)! + counts.at(-2)!);
  const deepest = counts.flatMap((count, kind) => Array<number>(count).fill(kind * 11));
  const shuffled = Uint8Array.from(
    deepest.map((kind) => [random(), kind]).toSorted((a, b) => a[0]! - b[0]!),
    ([, kind]) => kind!,
  );
  expectRoundTrip(shuffled);
});

test('a sample that has none of what most literals are', () => {
  const random = pseudoRandom(5);
  const inSample = (i: number) => i % 512 < 128;
  const kinds: readonly ((i: number) => number)[] = [
    (i) => (inSample(i) ? random() % 4 : 128 + (random() % 4)),
    (i) => (inSample(i) ? random() % 40 : 128 + (random() % 128)),
    (i) => (inSample(i) ? random() % 2 : random() % 256),
    (i) => (i === 100_000 ? 255 : 48 + (random() % 10)),
    (i) => (inSample(i) ? random() % 256 : random() % 2),
  ];
  for (const of of kinds) {
    for (const length of [16_384, 50_000, 131_072, 300_000]) expectRoundTrip(bytesOf(length, of));
  }
});

test('more sequences than a block holds', () => {
  const random = pseudoRandom(6);
  const words = Array.from({ length: 1000 }, () => hexOf(6, random));
  const text = Buffer.concat(Array.from({ length: (2 * BLOCK_BYTES) / 6 }, () => words[random() % 1000]!));
  // The library would get it if its middle looked like its start.
  expectRoundTrip(Buffer.concat([text, bytesOf(text.length, random)]));
  const integers = BigInt64Array.from(
    { length: 40_000 },
    () => BigInt(random() % 60_000) << BigInt(8 * (random() % 3)),
  );
  expectRoundTrip(new Uint8Array(integers.buffer), { from: 0, doubles: false });
  const doubles = Float64Array.from({ length: 40_000 }, () => (random() % 300) / 100);
  expectRoundTrip(new Uint8Array(doubles.buffer), { from: 0, doubles: true });
});

test('sequences of which each takes very many bits', () => {
  const random = pseudoRandom(12);
  const pieces = [5000, 9000, 17_000, 33_000].map((length) => bytesOf(length, random));
  const orders = [
    [0, 0, 1, 1, 2, 2],
    [3, 3, 0, 0, 3, 2],
    [2, 2, 1, 1, 2, 1, 0, 0],
    [1, 1, 3, 3, 2, 2, 0, 3, 0],
  ];
  for (const order of orders) expectRoundTrip(Buffer.concat(order.map((i) => pieces[i]!)));
});

test('pieces that are repeated at whatever distance', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 90 });
  const pieces = fc.array(fc.tuple(bytes, fc.nat(70), fc.uint8Array({ maxLength: 300 })), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, fc.nat(200_000), fc.boolean(), (parts, gapBytes, isTwice) => {
      const repeated = parts.flatMap(([piece, times, between]) => [...Array<Uint8Array>(times).fill(piece), between]);
      expectRoundTrip(Buffer.concat([...repeated, Buffer.alloc(gapBytes, 'x1'), ...(isTwice ? repeated : [])]));
    }),
    { numRuns: RUNS },
  );
});

test('text of a few words with numbers between them', () => {
  const word = fc.string({ minLength: 1, maxLength: 12 });
  const texts = fc.tuple(
    fc.array(word, { minLength: 1, maxLength: 20 }),
    fc.nat(),
    fc.integer({ min: 1, max: 70_000 }),
  );
  fc.assert(
    fc.property(texts, ([words, seed, bytes]) => {
      const random = pseudoRandom(seed);
      let text = '';
      while (text.length < bytes) text += words[random() % words.length]! + (random() % 3 === 0 ? random() : '');
      expectRoundTrip(Buffer.from(text).subarray(0, 65_535));
    }),
    { numRuns: RUNS },
  );
});

test('any values of 8 bytes, wherever they start: constant, in runs, with steps, from afar, without a pattern', () => {
  const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, -1n, 1n << 62n));
  const run = fc.tuple(value, fc.nat(300), fc.bigInt({ min: 0n, max: 2n ** 40n }), fc.nat(50));
  fc.assert(
    fc.property(fc.array(run, { maxLength: 40 }), fc.nat(40), fc.boolean(), (runs, from, isDouble) => {
      const all = runs.flatMap(([first, times, step, noise]) =>
        Array.from({ length: times }, (_, i) =>
          BigInt.asIntN(64, first + BigInt(i) * step + BigInt((i * 7919) % (noise + 1))),
        ),
      );
      const values = isDouble
        ? Float64Array.from([...all, ...all], (one) => Number(BigInt.asIntN(20, one)) / 100)
        : BigInt64Array.from([...all, ...all]);
      const input = Buffer.concat([Buffer.alloc(from, 'levels'), new Uint8Array(values.buffer)]);
      for (const doubles of [false, true]) expectRoundTrip(input, { from, doubles });
    }),
    { numRuns: RUNS },
  );
});

test('every count of values up to 40, and those around a block', () => {
  const random = pseudoRandom(7);
  for (const count of [...Array(41).keys(), 16_383, 16_384, 16_385, 40_000]) {
    for (const from of [0, 7, 70, ...(count === 40 ? [60_000, 200_000] : [])]) {
      const levels = bytesOf(from, () => random());
      const integers = BigInt64Array.from({ length: count }, (_, i) => BigInt(i * 1000 + (random() % 100)));
      expectRoundTrip(Buffer.concat([levels, new Uint8Array(integers.buffer)]), { from, doubles: false });
      const prices = Float64Array.from({ length: count }, () => (random() % 10_000) / 100);
      expectRoundTrip(Buffer.concat([levels, new Uint8Array(prices.buffer)]), { from, doubles: true });
    }
  }
});

test('numbers take less than with the same bytes as text', () => {
  const random = pseudoRandom(8);
  const take = (values: BigInt64Array | Float64Array) =>
    expectRoundTrip(new Uint8Array(values.buffer), { from: 0, doubles: values instanceof Float64Array })! /
    values.length;
  const integers = (of: (i: number) => bigint) => BigInt64Array.from({ length: 20_000 }, (_, i) => of(i));
  expect(take(integers(BigInt))).toBeLessThan(1.1);
  expect(take(integers((i) => 1_700_000_000_000_000n + BigInt(i) * 16_000n + BigInt(random() % 1000)))).toBeLessThan(
    2.7,
  );
  expect(take(integers(() => 7n))).toBeLessThan(0.01);
  expect(take(Float64Array.from({ length: 20_000 }, () => (random() % 100_000) / 100))).toBeLessThan(4.3);
  expect(take(Float64Array.from({ length: 20_000 }, () => 0.1))).toBeLessThan(0.01);
});

test('long text in which much repeats is left to the library, hexadecimal digits are not', () => {
  const random = pseudoRandom(9);
  const line = () => `GET /shop/${random() % 50}/orders?page=${random() % 9} 200\n`;
  const log = Buffer.from(Array.from({ length: 5000 }, line).join(''));
  expect(expectRoundTrip(log)).toBeUndefined();
  expect(expectRoundTrip(log.subarray(0, 65_535))).toBeLessThan(20_000);
  expect(expectRoundTrip(hexOf(300_000, random))).toBeLessThan(300_000 * 0.51);
});

test('equal input gives equal bytes, whatever the scratch memory held', () => {
  const random = pseudoRandom(10);
  const inputs = [
    hexOf(40_000, random),
    Buffer.from('over and over and over again, '.repeat(90)),
    bytesOf(3000, () => random() & 7),
  ];
  const first = inputs.map((input) => compress(input));
  for (const fill of [0xff, 0x01]) {
    kernel.bytes.fill(fill, work, work + exports.zstdWorkBytes());
    expect(inputs.toReversed().map((input) => compress(input))).toEqual(first.toReversed());
  }
});
