import { describe, expect, test } from 'vitest';
import { batchFromRows } from '../columns/rows.ts';
import type { Field } from '../core/schema.ts';
import { LaneTap } from './lane-tap.ts';
import { TapHub } from './tap-hub.ts';
import type { TappedChunk } from './tap-lines.ts';
import type { TapAnswer, TapCommand } from './tap-messages.ts';
import { parseTapRequest } from './tap-route.ts';

const fields: readonly Field[] = [
  { name: 'id', type: { kind: 'int64' }, optional: false },
  { name: 'price', type: { kind: 'decimal', precision: 20, scale: 2 }, optional: false },
  { name: 'at', type: { kind: 'timestamp', unit: 'us', utc: true }, optional: false },
];

/** Records whose text and output are known; `padding` makes them long. */
function chunk(count: number, padding = ''): TappedChunk {
  const texts = Array.from({ length: count }, (_, i) => `{"id": ${2n ** 62n + BigInt(i)},\n "p": "${padding}"}`);
  const body = Buffer.from(texts.join(''));
  const ends = texts.map((_, i) => texts.slice(0, i + 1).join('').length);
  const rows = texts.map((_, i) => ({ id: 2n ** 62n + BigInt(i), price: '12.30', at: 1_770_091_506_000_001n }));
  const all = batchFromRows(fields, rows);
  return {
    records: {
      rows: all,
      delivery: new Int32Array(count),
      ordinal: Int32Array.from(texts, (_, i) => i),
      start: Int32Array.from([0, ...ends.slice(0, -1)]),
      end: Int32Array.from(ends),
      bodies: [body],
    },
    result: {
      output: all,
      origin: Int32Array.from(texts, (_, i) => i),
      dropped: [],
      failed: [],
      undeclaredKeys: new Map(),
    },
    deadLetters: [],
    deliveryId: () => 'd1',
  };
}

function lane(number = 0) {
  const answers: TapAnswer[] = [];
  return {
    tap: new LaneTap(
      number,
      (answer) => answers.push(answer),
      () => 0.5,
    ),
    answers,
  };
}

const tapped = (answers: TapAnswer[]) => answers.filter((one) => one.type === 'tapped');

describe('a lane', () => {
  test('shows the record as it was read, and the row with every digit', () => {
    const { tap, answers } = lane();
    tap.hear({ type: 'tap', id: 1, at: 'source', sample: 1, count: 10 });
    tap.hear({ type: 'tap', id: 2, at: 'output', sample: 1, count: 10 });
    tap.chunk(chunk(1));
    expect(tapped(answers).map(({ lines }) => lines)).toEqual([
      ['{"at":"source","delivery":"d1","record":0,"value":{"id": 4611686018427387904, "p": ""}}'],
      [
        '{"at":"output","delivery":"d1","record":0,"value":{"id":4611686018427387904,"price":12.30,"at":"2026-02-03T04:05:06.000001Z"}}',
      ],
    ]);
  });

  test('shows nothing to nobody, and no more than was asked for', () => {
    const { tap, answers } = lane();
    tap.chunk(chunk(3));
    expect(tapped(answers)).toEqual([]);
    tap.hear({ type: 'tap', id: 1, at: 'output', sample: 1, count: 2 });
    tap.chunk(chunk(3));
    tap.chunk(chunk(3));
    expect(tapped(answers).flatMap(({ lines }) => lines)).toHaveLength(2);
    expect(tapped(answers).every(({ dropped }) => dropped === 0)).toBe(true);
  });

  test('takes a sample', () => {
    const { tap, answers } = lane();
    tap.hear({ type: 'tap', id: 1, at: 'output', sample: 0.4, count: 10 });
    tap.chunk(chunk(3));
    expect(tapped(answers)).toEqual([]);
  });

  test('drops what a slow reader has no room for, and goes on when there is', () => {
    const { tap, answers } = lane(3);
    tap.hear({ type: 'tap', id: 1, at: 'source', sample: 1, count: 1_000_000 });
    const long = chunk(300, 'x'.repeat(10_000));
    tap.chunk(long);
    tap.chunk(long);
    const [first, second] = tapped(answers);
    expect(first!.bytes).toBeLessThan(1.1 * 2 ** 20);
    expect(first!.lines.length + first!.dropped).toBe(300);
    expect(second).toMatchObject({ lines: [], dropped: 300 });
    tap.hear({ type: 'taken', id: 1, lane: 2, bytes: first!.bytes });
    tap.chunk(long);
    expect(tapped(answers).at(-1)!.lines).toEqual([]);
    tap.hear({ type: 'taken', id: 1, lane: 3, bytes: first!.bytes });
    tap.chunk(long);
    expect(tapped(answers).at(-1)!.lines.length).toBe(first!.lines.length);
  });
});

describe('the hub', () => {
  const open = () => {
    const commands: TapCommand[] = [];
    const hub = new TapHub((command) => commands.push(command));
    return { hub, commands };
  };

  test('tells lanes that come later, ends at the count and closes the tap', async () => {
    const { hub, commands } = open();
    const lines: string[] = [];
    const ended = Promise.withResolvers<void>();
    const reader = { write: async (some: readonly string[]) => void lines.push(...some), end: ended.resolve };
    const opened = hub.open({ at: 'output', sample: 1, count: 2 }, reader);
    hub.hear({ type: 'lane', lane: 1 });
    expect(commands).toHaveLength(2);
    hub.hear({ type: 'tapped', id: 1, lane: 1, lines: ['a', 'b', 'c'], bytes: 3, dropped: 7 });
    await ended.promise;
    expect(lines).toEqual(['a', 'b']);
    expect(opened!.counts()).toEqual({ sent: 2, dropped: 7 });
    expect(commands.at(-1)).toEqual({ type: 'untap', id: 1 });
  });

  test('gives lanes room only when the reader has taken their lines', async () => {
    const { hub, commands } = open();
    const slow = Promise.withResolvers<void>();
    hub.open({ at: 'output', sample: 1, count: 100 }, { write: () => slow.promise, end: () => {} });
    hub.hear({ type: 'tapped', id: 1, lane: 4, lines: ['a'], bytes: 1, dropped: 0 });
    await Promise.resolve();
    expect(commands.filter(({ type }) => type === 'taken')).toEqual([]);
    slow.resolve();
    await slow.promise;
    await Promise.resolve();
    expect(commands.at(-1)).toEqual({ type: 'taken', id: 1, lane: 4, bytes: 1 });
  });

  test('has a bounded number of readers', () => {
    const { hub } = open();
    const reader = { write: async () => {}, end: () => {} };
    const opened = Array.from({ length: 9 }, () => hub.open({ at: 'source', sample: 1, count: 1 }, reader));
    expect(opened.map((one) => one !== undefined)).toEqual([...Array(8).fill(true), false]);
  });
});

test.each([
  ['', { at: 'output', sample: 1, count: 10 }],
  ['at=source&sample=0.01&count=500', { at: 'source', sample: 0.01, count: 500 }],
  ['at=nowhere', expect.stringContaining('at must be one of')],
  ['sample=2', expect.stringContaining('sample must be')],
  ['count=1.5', expect.stringContaining('count must be')],
])('a request for "%s"', (query, wanted) => {
  expect(parseTapRequest(new URLSearchParams(query))).toEqual(wanted);
});
