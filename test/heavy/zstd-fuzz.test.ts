import { randomInt } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { separateKernel } from '../../engine/src/kernel/kernel.ts';
import { seeded } from '../bench/events.ts';

const SECONDS = Number(process.env.PARQUETRY_FUZZ_SECONDS ?? 20);
const GUARD_BYTES = 64;
const seed = Number(process.env.PARQUETRY_SEED ?? randomInt(2 ** 31));

/** Bytes, behind the first `from` of which lie values of 8 bytes. */
interface Page {
  readonly bytes: Uint8Array;
  readonly from: number;
}

/** Pages of many shapes, a function each of about how many bytes there are to be. */
function pagesBy(below: (limit: number) => number): readonly ((length: number) => Page)[] {
  const random = () => below(2 ** 31) / 2 ** 31;
  const whole = (bytes: Uint8Array): Page => ({ bytes, from: bytes.length });

  function wordsOf(length: number, of: () => bigint): Page {
    const from = below(3) === 0 ? below(100) : 0;
    const words = BigInt64Array.from({ length: length >> 3 }, () => BigInt.asIntN(64, of()));
    return { bytes: Buffer.concat([Buffer.alloc(from, 'levels'), new Uint8Array(words.buffer)]), from };
  }

  return [
    function skewed(length) {
      const [kinds, skew] = [1 + below(256), 1 + 12 * random()];
      return whole(Uint8Array.from({ length }, () => Math.floor(random() ** skew * kinds)));
    },
    function copiesOfItself(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const end = Math.min(length, at + 1 + below(below(2) === 0 ? 20 : 20_000));
        const back = below(2) === 0 || at === 0 ? 0 : 1 + below(Math.min(at, 2 ** (1 + below(21))));
        const kinds = 1 + below(256);
        for (; at < end; at++) bytes[at] = back > 0 ? bytes[at - back]! : below(kinds);
      }
      return whole(bytes);
    },
    function text(length) {
      const words = Array.from({ length: 1 + below(60) }, () => below(2 ** 31).toString(2 + below(35)));
      let all = '';
      while (all.length < length) all += words[below(words.length)]! + (below(3) === 0 ? below(10_000) : '');
      return whole(Buffer.from(all).subarray(0, length));
    },
    function rising(length) {
      const [step, noise] = [BigInt(below(2 ** below(31))), 1 + below(2 ** below(31))];
      let value = BigInt(below(2 ** 31));
      return wordsOf(length, () => {
        value += step + BigInt(below(noise));
        return value;
      });
    },
    function scattered(length) {
      const [limit, shift] = [1 + below(2 ** below(31)), BigInt(below(40))];
      return wordsOf(length, () => BigInt(below(limit)) << shift);
    },
    function inRuns(length) {
      let value = 0n;
      return wordsOf(length, () => {
        if (below(5) === 0) value = (BigInt(below(2 ** 31)) << BigInt(below(33))) + BigInt(below(3));
        return value;
      });
    },
    function fractions(length) {
      const [limit, divisor] = [10 ** below(9), 10 ** below(7)];
      const view = new DataView(new ArrayBuffer(8));
      return wordsOf(length, () => {
        view.setFloat64(0, Math.round(random() * limit) / divisor);
        return view.getBigInt64(0);
      });
    },
  ];
}

test(`frames of zstd give back what they were made of (PARQUETRY_SEED=${seed})`, () => {
  const kernel = separateKernel(64 << 20);
  const { exports } = kernel;
  const work = kernel.allocate(exports.zstdWorkBytes());
  const next = seeded(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const shapes = pagesBy(below);
  const until = Date.now() + SECONDS * 1000;
  for (let page = 0; Date.now() < until; page++) {
    const shape = shapes[below(shapes.length)]!;
    const { bytes, from } = shape(below([3000, 3000, 140_000, 1_500_000][below(4)]!));
    const doubles = below(2);
    const bound = exports.zstdBound(bytes.length);
    const [source, target] = [kernel.allocate(bytes.length), kernel.allocate(bound + GUARD_BYTES)];
    kernel.bytes.set(bytes, source);
    kernel.bytes.fill(GUARD_BYTES, target + bound, target + bound + GUARD_BYTES);
    const length = exports.zstdCompress(source, bytes.length, from, doubles, target, work);
    const packed = Buffer.from(kernel.bytes.subarray(target, target + length));
    const isKept = kernel.bytes
      .subarray(target + bound, target + bound + GUARD_BYTES)
      .every((byte) => byte === GUARD_BYTES);
    kernel.release(source);
    kernel.release(target);
    const what = `page ${page}: ${shape.name}, ${bytes.length} bytes, from ${from}, ${doubles ? 'doubles' : 'integers'}`;
    expect(isKept, `${what}: nothing is written past the bound`).toBe(true);
    if (length === 0) expect(from, what).toBeGreaterThanOrEqual(1 << 16);
    else expect(Buffer.compare(zstdDecompressSync(packed), bytes), what).toBe(0);
  }
});
