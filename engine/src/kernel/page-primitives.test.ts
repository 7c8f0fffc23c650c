import fc from 'fast-check';
import { sbbfContains } from 'hyparquet/src/bloom.js';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { decompressSnappy } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { checkKernelsOfFile } from './checked-kernel.test-support.ts';
import { separateKernel } from './kernel.ts';
import { bloomFilterBytes } from './page-primitives.ts';
import { pseudoRandom, writtenIn } from './written.test-support.ts';

checkKernelsOfFile();
const kernel = separateKernel(64 << 20);
const { exports } = kernel;
const { put, written } = writtenIn(kernel);

const readerOf = (bytes: Buffer) => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
});

describe('snappy', () => {
  const table = kernel.allocate(32_768);
  const compress = (input: Uint8Array) =>
    written(exports.snappyBound(input.length), [input], (target, [source]) =>
      exports.snappyCompress(source!, input.length, target, table),
    );

  /** Both of hyparquet's decoders get the input back. */
  function expectRoundTrip(input: Uint8Array): number {
    const packed = compress(input);
    const plain = new Uint8Array(input.length);
    snappyUncompress(packed, plain);
    expect(Buffer.compare(plain, input)).toBe(0);
    if (input.length > 0) expect(Buffer.compare(decompressSnappy(packed, input.length), input)).toBe(0);
    return packed.length;
  }

  it('gives back inputs of every length from 0 to 300, of few and of many different bytes', () => {
    const random = pseudoRandom(1);
    for (let length = 0; length <= 300; length++) {
      for (const kinds of [1, 2, 4, 256]) expectRoundTrip(Uint8Array.from({ length }, () => random() % kinds));
    }
  });

  it('gives back lengths around its blocks of 64 KiB', () => {
    const random = pseudoRandom(2);
    for (const length of [65_520, 65_535, 65_536, 65_537, 65_550, 65_552, 131_071, 131_072, 131_073]) {
      expectRoundTrip(Uint8Array.from({ length }, () => random() & 3));
      expectRoundTrip(Uint8Array.from({ length }, () => random()));
      expectRoundTrip(new Uint8Array(length));
    }
  });

  it('gives back whatever is repeated at whatever distance', () => {
    const pieces = fc.array(
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 90 }), fc.nat(70), fc.uint8Array({ maxLength: 300 })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, fc.nat(200_000), (parts, gapBytes) => {
        const repeated = parts.flatMap(([piece, times, between]) => [...Array(times).fill(piece), between]);
        expectRoundTrip(Buffer.concat([...repeated, Buffer.alloc(gapBytes), ...repeated]));
      }),
      { numRuns: 60 },
    );
  });

  it('makes text smaller, and bytes without a pattern hardly larger', () => {
    const random = pseudoRandom(3);
    const text = Buffer.from(Array.from({ length: 8000 }, (_, i) => `{"id":${i},"shop":"s${random() % 50}"}`).join());
    expect(expectRoundTrip(text)).toBeLessThan(text.length / 2);
    const noise = Uint8Array.from({ length: 200_000 }, () => random());
    expect(expectRoundTrip(noise)).toBeLessThan(noise.length * 1.001);
  });

  it('gives equal bytes for equal input, whatever the table held', () => {
    const input = Buffer.from('over and over and over again, '.repeat(40));
    const first = compress(input);
    kernel.bytes.fill(0xff, table, table + 32_768);
    expect(compress(input).equals(first)).toBe(true);
  });
});

describe('snappy of values of 8 bytes', () => {
  const table = kernel.allocate(32_768);

  /** Bytes that they take, `from` bytes of something else before them included. */
  function expectRoundTrip(values: BigInt64Array | Float64Array, from: number): number {
    const input = Buffer.concat([Buffer.alloc(from, 'levels'), new Uint8Array(values.buffer)]);
    const doubles = values instanceof Float64Array ? 1 : 0;
    const packed = written(exports.snappyBound(input.length), [input], (target, [source]) =>
      exports.snappyCompressWords(source!, input.length, from, doubles, target, table),
    );
    const isEqual = Buffer.compare(decompressSnappy(packed, input.length), input) === 0;
    expect(isEqual, `${values.length} values after ${from} bytes`).toBe(true);
    return packed.length;
  }

  const integers = (length: number, of: (i: number) => bigint) => BigInt64Array.from({ length }, (_, i) => of(i));
  const doublesOf = (length: number, of: (i: number) => number) => Float64Array.from({ length }, (_, i) => of(i));

  it('gives back every count up to 40, and those around a block, wherever they start', () => {
    const random = pseudoRandom(4);
    const counts = [...Array(41).keys(), 8190, 8191, 8192, 8193, 20_000];
    for (const count of counts) {
      for (const from of [0, 7, 70, ...(count === 40 ? [100_000] : [])]) {
        expectRoundTrip(
          integers(count, (i) => BigInt(i * 1000 + (random() % 100))),
          from,
        );
        expectRoundTrip(
          doublesOf(count, () => (random() % 10_000) / 100),
          from,
        );
      }
    }
  });

  it('gives back any values: constant, in runs, from afar, without a pattern', () => {
    const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, -1n, 1n << 62n));
    const run = fc.tuple(value, fc.nat(300), fc.nat(3));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 40 }), fc.nat(20), (runs, from) => {
        const all = runs.flatMap(([first, times, step]) =>
          Array.from({ length: times }, (_, i) => BigInt.asIntN(64, first + BigInt(i * step))),
        );
        const values = BigInt64Array.from([...all, ...all]);
        expectRoundTrip(values, from);
        expectRoundTrip(new Float64Array(values.buffer), from);
      }),
      { numRuns: 60 },
    );
  });

  it('makes counters, moments, prices and constants smaller', () => {
    const random = pseudoRandom(5);
    const size = 8 * 20_000;
    expect(expectRoundTrip(integers(20_000, BigInt), 0)).toBeLessThan(size * 0.51);
    const moments = integers(20_000, (i) => 1_700_000_000_000_000n + BigInt(i) * 16_000n);
    expect(expectRoundTrip(moments, 0)).toBeLessThan(size * 0.7);
    expect(
      expectRoundTrip(
        doublesOf(20_000, () => (random() % 100_000) / 100),
        0,
      ),
    ).toBeLessThan(size * 0.7);
    expect(
      expectRoundTrip(
        integers(20_000, () => 7n),
        0,
      ),
    ).toBeLessThan(size * 0.06);
    expect(
      expectRoundTrip(
        doublesOf(20_000, () => 0.1),
        0,
      ),
    ).toBeLessThan(size * 0.06);
  });
});

describe('DELTA_BINARY_PACKED', () => {
  const packed64 = (values: BigInt64Array) =>
    written(exports.deltaBinaryPacked64Bound(values.length), [values], (target, [source]) =>
      exports.deltaBinaryPacked64(source!, values.length, target),
    );
  const packed32 = (values: Int32Array) =>
    written(exports.deltaBinaryPacked32Bound(values.length), [values], (target, [source]) =>
      exports.deltaBinaryPacked32(source!, values.length, target),
    );

  function expectRoundTrip(values: readonly bigint[]): void {
    const [words, halves] = [
      BigInt64Array.from(values),
      Int32Array.from(values, (value) => Number(value & 0xffffffffn)),
    ];
    for (const [input, output, packed] of [
      [words, new BigInt64Array(words.length), packed64(words)],
      [halves, new Int32Array(halves.length), packed32(halves)],
    ] as const) {
      const reader = readerOf(packed);
      if (input.length > 0) deltaBinaryUnpack(reader, input.length, output);
      expect(output).toEqual(input);
    }
  }

  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const edge = fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, -(2n ** 31n), 2n ** 31n - 1n, -1n, 0n, 1n);

  it('gives back any int64 and int32, also where deltas wrap around', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(int64, edge, fc.bigInt({ min: -50n, max: 50n })), { maxLength: 400 }),
        expectRoundTrip,
      ),
      { numRuns: 200 },
    );
  });

  it('gives back every count up to 400, of every width', () => {
    const random = pseudoRandom(4);
    for (let count = 0; count <= 400; count++) {
      const mask = (1n << BigInt(count % 65)) - 1n;
      const value = () => ((BigInt(random()) << 48n) ^ (BigInt(random()) << 24n) ^ BigInt(random())) & mask;
      expectRoundTrip(Array.from({ length: count }, () => BigInt.asIntN(64, value())));
    }
  });

  // https://parquet.apache.org/docs/file-format/data-pages/encodings/, the examples, with our block size
  it.each([
    ['equal steps need no bits', [1, 2, 3, 4, 5], [0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0]],
    [
      'steps of different size are packed less the least one',
      [7, 5, 3, 1, 2, 3, 4, 5],
      [0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0],
    ],
  ])('writes what the specification says: %s', (_, values, bytes) => {
    expect([...packed32(Int32Array.from(values))]).toEqual(bytes);
    expect([...packed64(BigInt64Array.from(values, BigInt))]).toEqual(bytes);
  });

  it('wraps the deltas of int32 around: none needs more than 32 bits', () => {
    const values = Int32Array.from({ length: 129 }, (_, i) => (i % 2 ? 2 ** 31 - 1 : -(2 ** 31)));
    // Up by 2^32 - 1 and down again is down by 1 and up again: 2 bits a delta.
    const [headerBytes, leastBytes, widthBytes] = [2 + 1 + 2 + 5, 1, 4];
    expect(packed32(values).length).toBe(headerBytes + leastBytes + widthBytes + (128 * 2) / 8);
  });
});

describe('delta encodings of byte arrays', () => {
  const values = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constant(Buffer.from('https://shop.example/item/1')),
      fc.uint8Array({ maxLength: 2 }),
      fc.uint8Array({ minLength: 250, maxLength: 300, max: 1 }),
    ),
    { minLength: 1, maxLength: 300 },
  );
  /** As in a PLAIN page. */
  const plain = (parts: readonly Uint8Array[]) =>
    Buffer.concat(parts.flatMap((part) => [Uint8Array.from([part.length & 255, part.length >> 8, 0, 0]), part]));
  const lengthsFirst = (parts: readonly Uint8Array[]) => {
    const page = plain(parts);
    return written(exports.deltaLengthByteArrayBound(parts.length, page.length), [page], (target, [source]) =>
      exports.deltaLengthByteArray(source!, parts.length, page.length, target),
    );
  };
  const prefixesFirst = (parts: readonly Uint8Array[], width = 0) => {
    const page = width ? Buffer.concat(parts) : plain(parts);
    return written(exports.deltaByteArrayBound(parts.length, page.length), [page], (target, [source]) =>
      exports.deltaByteArray(source!, width, parts.length, page.length, target),
    );
  };

  it.each([
    ['DELTA_LENGTH_BYTE_ARRAY', lengthsFirst, deltaLengthByteArray],
    ['DELTA_BYTE_ARRAY', prefixesFirst, deltaByteArray],
  ] as const)('%s gives them back', (_, encode, decode) => {
    fc.assert(
      fc.property(values, fc.boolean(), (unsorted, isSorted) => {
        const parts = isSorted ? unsorted.toSorted(Buffer.compare) : unsorted;
        expectBack(encode(parts), parts, decode);
      }),
      { numRuns: 150 },
    );
  });

  it('DELTA_BYTE_ARRAY gives values of one width back', () => {
    const wide = fc.integer({ min: 1, max: 20 }).chain((width) => {
      const value = fc.uint8Array({ minLength: width, maxLength: width, max: 3 });
      return fc.tuple(fc.constant(width), fc.array(value, { minLength: 1, maxLength: 300 }));
    });
    fc.assert(fc.property(wide, ([width, parts]) => expectBack(prefixesFirst(parts, width), parts, deltaByteArray)));
  });

  function expectBack(packed: Buffer, parts: readonly Uint8Array[], decode: typeof deltaByteArray): void {
    const reader = readerOf(packed);
    const output: Uint8Array[] = [];
    decode(reader, parts.length, output);
    expect(output.map((value) => Buffer.from(value))).toEqual(parts.map((value) => Buffer.from(value)));
    expect(reader.offset).toBe(packed.length);
  }

  it('shares long prefixes, and never one that is longer than a value', () => {
    const parts = ['', 'a', 'a', '', 'axle', 'axiom', 'axi', 'axiom of choice'].map((text) => Buffer.from(text));
    const packed = prefixesFirst(parts);
    expect(packed.subarray(-'aaxleiom of choice'.length - 2).toString()).toBe('aaxleiomom of choice'.slice(-20));
  });
});

describe('BYTE_STREAM_SPLIT', () => {
  it.each([
    [4, 'FLOAT'],
    [8, 'DOUBLE'],
    [4, 'INT32'],
    [8, 'INT64'],
    [1, 'FIXED_LEN_BYTE_ARRAY'],
    [3, 'FIXED_LEN_BYTE_ARRAY'],
    [16, 'FIXED_LEN_BYTE_ARRAY'],
  ] as const)('of %i bytes (%s) is what hyparquet puts together again', (width, type) => {
    for (let count = 0; count <= 70; count++) {
      const input = Uint8Array.from({ length: count * width }, (_, i) => (i * 37) & 0xff);
      const split = written(input.length, [input], (target, [source]) =>
        exports.byteStreamSplit(source!, width, count, target),
      );
      const output = byteStreamSplit(readerOf(split), count, type, width);
      const bytes = Array.isArray(output)
        ? Buffer.concat(output as Uint8Array[])
        : Buffer.from(output.buffer as ArrayBuffer);
      expect(bytes.equals(input)).toBe(true);
    }
  });
});

describe('XXH64', () => {
  const hash = (input: Uint8Array) => {
    const [source] = put(input);
    const answer = BigInt.asUintN(64, exports.xxh64(source!, input.length));
    kernel.release(source!);
    return answer;
  };

  it.each([
    ['', 0xef46db3751d8e999n],
    ['a', 0xd24ec4f1a98c6e5bn],
    ['as', 0x1c330fb2d66be179n],
    ['asd', 0x631c37ce72a97393n],
    ['asdf', 0x415872f599cea71en],
    ['abc', 0x44bc2cf5ad770999n],
    ['Call me Ishmael. Some years ago--never mind how long precisely-', 0x02a2e85470d6fd96n],
  ])('of %j is the published one', (text, expected) => {
    expect(hash(Buffer.from(text))).toBe(expected);
  });

  it('of every length up to 300 is what hyparquet computes', () => {
    for (let length = 0; length <= 300; length++) {
      const input = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 0xff);
      expect(hash(input)).toBe(xxhash64(input));
    }
  });
});

describe('split-block bloom filters', () => {
  const numbers = BigInt64Array.from({ length: 2000 }, (_, i) => BigInt(i) * 7_919n - 3_000_000n);
  const texts = Array.from({ length: 2000 }, (_, i) => Buffer.from(`user-${i * 31}`.repeat(1 + (i % 4))));
  const plain = (value: bigint) => new Uint8Array(BigInt64Array.of(value).buffer);

  /** The filter's words after `insert`, and how many of `others` it claims to hold by hyparquet's and by our lookup. */
  function filled(
    filterBytes: number,
    sources: readonly ArrayBufferView[],
    insert: (at: number, blocks: number[]) => void,
  ) {
    const blocks = put(...sources);
    const filter = kernel.allocate(filterBytes);
    kernel.bytes.fill(0, filter, filter + filterBytes);
    insert(filter, blocks);
    const words = Uint32Array.from(new Uint32Array(kernel.buffer, filter, filterBytes / 4));
    for (const block of [...blocks, filter]) kernel.release(block);
    const holds = (value: Uint8Array) => {
      const [at] = put(words);
      const ours = exports.bloomContains(at!, filterBytes, xxhash64(value)) === 1;
      kernel.release(at!);
      expect(ours).toBe(sbbfContains(words, xxhash64(value)));
      return ours;
    };
    return holds;
  }

  it('hold every number that was entered, and few others', () => {
    const bytes = bloomFilterBytes(numbers.length, 0.01);
    const holds = filled(bytes, [numbers], (at, [values]) =>
      exports.bloomInsertFixed(at, bytes, values!, 8, numbers.length),
    );
    for (const number of numbers) expect(holds(plain(number))).toBe(true);
    const wrong = Array.from({ length: 2000 }, (_, i) => holds(plain(BigInt(i) * 1_000_003n + 1n))).filter(Boolean);
    expect(wrong.length).toBeLessThan(2000 * 0.02);
  });

  it.each([1, 4, 12, 16])('hold every value of %i bytes', (width) => {
    const values = Uint8Array.from({ length: width * 200 }, (_, i) => (i * i) >> 3);
    const holds = filled(1024, [values], (at, [source]) => exports.bloomInsertFixed(at, 1024, source!, width, 200));
    for (let i = 0; i < 200; i++) expect(holds(values.subarray(i * width, (i + 1) * width))).toBe(true);
  });

  it('hold every byte array, without its length, from a sliced column', () => {
    const bytes = bloomFilterBytes(texts.length, 0.01);
    const offsets = Int32Array.from({ length: texts.length + 1 });
    texts.forEach((text, i) => {
      offsets[i + 1] = offsets[i]! + text.length;
    });
    const tail = offsets.subarray(500);
    const holds = filled(bytes, [tail, Buffer.concat(texts)], (at, [o, data]) =>
      exports.bloomInsertBytes(at, bytes, o!, data!, 1500),
    );
    for (const text of texts.slice(500)) expect(holds(text)).toBe(true);
    expect(texts.slice(0, 500).filter(holds).length).toBeLessThan(500 * 0.03);
  });

  it('are as large as their values and probability ask for, within 32 bytes and 128 MiB', () => {
    expect(bloomFilterBytes(0, 0.01)).toBe(32);
    expect(bloomFilterBytes(1_000_000, 0.01)).toBe(2 ** 21); // 9.68 bits a value, 1.21 MB, up to a power of two
    expect(bloomFilterBytes(1_000_000, 0.5)).toBeLessThan(2 ** 21);
    expect(bloomFilterBytes(1e12, 1e-9)).toBe(128 << 20);
  });
});
