import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ScannedBatch } from '../columns/format.ts';
import { readRow } from '../columns/values.ts';
import { type Task, tasks } from './json-texts.test-support.ts';
import { separateKernel } from './kernel.ts';
import { schemaOf } from './scan.test-support.ts';
import { checkColumn, scanTask } from './scan-task.test-support.ts';
import { KernelScan } from './wasm-scan/kernel-scan.ts';
import { createKernelScanner } from './wasm-scanner.ts';

const MEBIBYTE = 1 << 20;
const kernel = separateKernel(64 * MEBIBYTE);

const rowsOf = ({ records }: ScannedBatch) =>
  Array.from({ length: records.rows.length }, (_, row) => readRow(records.rows, row));

describe('the scanner of the kernel', () => {
  it('does what its plain-JS twin does, whatever the schema and the bodies', () => {
    fc.assert(
      fc.property(tasks, (task) => {
        expect(scanTask(task, kernel)).toEqual(scanTask(task));
      }),
      { numRuns: 250 },
    );
  });

  it('does so with any little memory', () => {
    const bodies = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 4 });
    const batches = fc.array(bodies, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(batches, fc.integer({ min: 4, max: 24 }), (sizes, pages) => {
        const task: Task = {
          schema: schemaOf({ id: 'int', text: 'string?', tags: 'list<string>', on: 'bool?' }),
          options: { rest: true },
          batches: sizes.map((batch) => batch.map(bodyOf)),
        };
        const small = separateKernel(pages * 65_536);
        expect(scanTask(task, small)).toEqual(scanTask(task));
      }),
      { numRuns: 40 },
    );
  });

  it('tells whether a body is UTF-8, wherever its slices end', () => {
    const scan = new KernelScan(kernel, [], { rest: false, maxRecordBytes: 1 });
    const text = 'aé→🙂'.repeat(60_000);
    for (let shift = 0; shift < 10; shift++) {
      const body = Buffer.from(' '.repeat(shift) + text);
      expect(scan.load(body, 0)?.isUtf8).toBe(true);
      body.fill(0x80, (1 << 18) - 2, (1 << 18) + 3);
      expect(scan.load(body, 0)?.isUtf8).toBe(false);
    }
    scan.close();
  });

  it('gives back all memory when it is closed', () => {
    const before = kernel.exports.usedBytes();
    const scanner = createKernelScanner(schemaOf({ a: 'string', l: 'list<int>', z: 'bool' }), { rest: true }, kernel);
    scanner.add(Buffer.from('{"a":"x","l":[1],"z":true,"more":1}\n'.repeat(5000)));
    scanner.take();
    expect(kernel.exports.usedBytes()).toBeGreaterThan(before);
    scanner.close();
    expect(kernel.exports.usedBytes()).toBe(before);
  });

  it('writes nothing outside its own blocks', () => {
    const canaries = Array.from({ length: 300 }, (_, i) => ({
      at: kernel.allocate(64 << (i % 9)),
      bytes: 64 << (i % 9),
    }));
    // Every other block is given back, so that the scanner's lie between canaries.
    const kept = canaries.filter((_, i) => i % 2 === 0);
    for (const { at } of canaries.filter((_, i) => i % 2 === 1)) kernel.release(at);
    for (const { at, bytes } of kept) kernel.bytes.fill(0xa5, at, at + bytes);
    fc.assert(
      fc.property(tasks, (task) => {
        scanTask(task, kernel);
      }),
      { numRuns: 200 },
    );
    for (const { at, bytes } of kept)
      expect(kernel.bytes.subarray(at, at + bytes).every((byte) => byte === 0xa5)).toBe(true);
    for (const { at } of kept) kernel.release(at);
  });

  it('holds no more memory for ever because of one large batch', () => {
    const scanner = createKernelScanner(schemaOf({ id: 'int', text: 'string?' }), { rest: false }, kernel);
    const used = () => kernel.exports.usedBytes();
    const small = Buffer.from('{"id":1,"text":"x"}\n');
    const scan = (body: Buffer) => {
      scanner.add(body);
      scanner.take();
    };
    scan(small);
    const before = used();
    scan(Buffer.from(`{"id":1,"text":"${'x'.repeat(500)}"}\n`.repeat(10_000)));
    expect(used()).toBeGreaterThan(before + 5_000_000);
    for (let i = 0; i < 10; i++) scan(small);
    expect(used()).toBeLessThan(before + 100_000);
    scanner.close();
  });
});

describe('dictionaries of the kernel', () => {
  const scanner = createKernelScanner(
    schemaOf({ few: 'string', thousands: 'string?', unique: 'string', tags: 'list<string>' }),
    { rest: false },
    kernel,
  );
  afterAll(() => scanner.close());
  let state = 1;
  /** Lehmer's generator. */
  const random = () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
  const batch = (from: number) => {
    const lines = Array.from({ length: 2000 }, (_, i) => {
      const n = from + i;
      const thousands = n % 7 === 0 ? null : `some agent of about fifty bytes, number ${Math.floor(random() * 3000)}`;
      return JSON.stringify({ few: `f${n % 5}`, thousands, unique: `value ${n}`, tags: [`t${n % 3}`, `é${n % 2}`] });
    });
    scanner.add(Buffer.from(lines.join('\n')));
    return scanner.take().records.rows.columns;
  };

  it('are there for columns whose values repeat, up to thousands, and are given up for others', () => {
    const [few, thousands, unique, tags] = batch(0);
    expect(few!.dictionary!.size).toBe(5);
    expect(thousands!.dictionary!.size).toBeGreaterThan(1000);
    expect(unique).not.toHaveProperty('codes');
    expect(tags!.children![0]!.dictionary!.size).toBe(5);
    for (const column of [few!, thousands!, tags!]) checkColumn(column);
  });

  it('stay the same over batches, and so do their codes', () => {
    const [before] = batch(2000);
    const first = [before!.dictionary!, before!.codes![0]!, before!.dictionary!.text(before!.codes![0]!)] as const;
    const [few, thousands] = batch(4000);
    expect(few!.dictionary).toBe(first[0]);
    expect(few!.dictionary!.text(first[1])).toBe(first[2]);
    expect(thousands!.dictionary!.size).toBeGreaterThan(2000);
    checkColumn(thousands!);
  });

  it('tell values apart that differ in a byte, wherever it is, or in zeros at the end', () => {
    const of = createKernelScanner(schemaOf({ text: 'string' }), { rest: false }, kernel);
    const values = new Set(['']);
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
      for (let length = 1; length <= 16; length++) {
        for (let zeros = 0; zeros <= length; zeros++) values.add(letter.repeat(length - zeros) + '\0'.repeat(zeros));
      }
    }
    for (const length of [1, 2, 8, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 100]) {
      const text = 'x'.repeat(length);
      values.add(text);
      for (let at = 0; at < length; at++) values.add(`${text.slice(0, at)}y${text.slice(at + 1)}`);
    }
    const lines = [...values].flatMap((text) => [JSON.stringify({ text }), JSON.stringify({ text })]);
    of.add(Buffer.from(lines.join('\n')));
    const [column] = of.take().records.rows.columns;
    expect(column!.dictionary!.size).toBe(values.size);
    checkColumn(column!);
    of.close();
  });

  it('know strings that its plain-JS twin has read', () => {
    scanner.add(Buffer.from('{"few":"f1","thousands":"\\u0061","unique":"x","tags":["t0","new"],"odd":1}'));
    const columns = scanner.take().records.rows.columns;
    for (const column of columns) checkColumn(column);
    expect(columns[0]!.dictionary!.text(columns[0]!.codes![0]!)).toBe('f1');
  });
});

describe('doubles in the kernel', () => {
  it('are the nearest to any text', () => {
    const scanner = createKernelScanner(schemaOf({ d: 'double?' }), { rest: false }, kernel);
    const bits = fc
      .bigInt({ min: 0n, max: 2n ** 64n - 1n })
      .map((value) => new Float64Array(BigUint64Array.of(value).buffer)[0]!);
    const half = fc
      .tuple(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: -40, max: 290 }))
      .map(([m, e]) => `${m * 2 + 1}e${e}`);
    const text = fc.oneof(
      bits.filter(Number.isFinite).map((value) => JSON.stringify(value)),
      bits.filter(Number.isFinite).map((value) => value.toExponential(17)),
      bits.filter((value) => Math.abs(value) < 1e15).map((value) => value.toFixed(20)),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }).map((value) => String(value)),
      half,
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 100 }), (texts) => {
        scanner.add(Buffer.from(texts.map((json) => `{"d":${json}}`).join('')));
        expect(rowsOf(scanner.take())).toEqual(texts.map((json) => ({ d: Number(json) })));
      }),
      { numRuns: 200 },
    );
    scanner.close();
  });
});

/** About `bytes` bytes of records, with some that only the twin takes. */
function bodyOf(bytes: number): Buffer {
  const lines: string[] = [];
  for (let i = 0, size = 0; size < bytes; i++) {
    const record = {
      id: i % 17 === 3 ? `bad ${i}` : i,
      text: i % 5 === 0 ? null : `text ${i}`,
      tags: ['x', `y${i % 3}`],
      on: i % 2 === 0,
      [`k${i % 9}`]: i,
    };
    size += lines.push(JSON.stringify(record)) && lines.at(-1)!.length;
  }
  return Buffer.from(lines.join('\n'));
}
