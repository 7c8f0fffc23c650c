import { expect, test } from 'vitest';
import { type Feed, feedAtPace } from './feed.ts';

function fakeFeed() {
  const sent: string[] = [];
  const feed: Feed = {
    async send(lines) {
      for await (const line of lines) sent.push(line);
      return 1;
    },
    [Symbol.dispose]: () => undefined,
  };
  return { feed, sent };
}

const { signal } = new AbortController();

test('lines are begun anew until there are enough records', async () => {
  const { feed, sent } = fakeFeed();
  const told: number[] = [];
  expect(await feedAtPace(feed, ['a', 'b', 'c'], { records: 5, signal, onSent: (n) => told.push(n) })).toBe(5);
  expect([sent.join(''), told]).toEqual(['abcab', [5]]);
});

test('with a rate no more goes out than is due', async () => {
  const { feed, sent } = fakeFeed();
  const startMs = performance.now();
  const portions: number[] = [];
  let before = 0;
  const onSent = (records: number) => {
    // What is due at the end of the tick that has begun, and not a record more.
    expect(records).toBeLessThanOrEqual(Math.ceil(((performance.now() - startMs + 200) / 1_000) * 100) + 1);
    portions.push(records - before);
    before = records;
  };
  await feedAtPace(feed, ['a'], { records: 45, recordsPerS: 100, signal, onSent });
  expect([sent.length, portions.length > 1]).toEqual([45, true]);
});

test('an abort ends it with what was sent so far', async () => {
  const { feed } = fakeFeed();
  const controller = new AbortController();
  const pace = { records: 1e9, recordsPerS: 10, signal: controller.signal, onSent: () => controller.abort() };
  expect(await feedAtPace(feed, ['a'], pace)).toBeLessThan(1e9);
});
