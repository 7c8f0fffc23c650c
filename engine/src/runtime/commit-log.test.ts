import { expect, test } from 'vitest';
import type { Intent, IntentStore } from '../core/intents.ts';
import { CommitLog } from './commit-log.ts';

const DAY_MS = 86_400_000;

/** A log over intents of so many days ago by the store's clock, each of a file that is written; the clock here goes ahead by so much. */
function logOver(agesDays: readonly number[], clockAheadDays = 0) {
  const storeNowMs = 100 * DAY_MS;
  const removed: string[] = [];
  const store: Partial<IntentStore> = {
    names: async () => agesDays.map((days) => ({ name: `${days}`, modifiedAtMs: storeNowMs - days * DAY_MS })),
    get: async (name): Promise<Intent> => ({
      file: `p/${name}`,
      partition: `p${name}`,
      sizeBytes: 1,
      deliveries: ['m'],
    }),
    stateOf: async () => 'written',
    remove: async (names) => void removed.push(...names),
  };
  const clock = { now: () => storeNowMs + clockAheadDays * DAY_MS };
  return { log: new CommitLog(store as IntentStore, clock, () => []), removed };
}

test('an intent that outlived every message says nothing any more, and is removed', async () => {
  const { log, removed } = logOver([0, 14, 16]);
  expect(await log.landed(['m'])).toEqual(new Map([['m', new Set(['p0', 'p14'])]]));
  await log.drain();
  expect(removed).toEqual(['16']);
});

test('a clock that goes ahead by days takes no intent that is needed', async () => {
  const { log, removed } = logOver([0, 14], 30);
  expect(await log.landed(['m'])).toEqual(new Map([['m', new Set(['p0', 'p14'])]]));
  await log.drain();
  expect(removed).toEqual([]);
});
