import { describe, expect, test } from 'vitest';
import { isSelected } from '../../studio/dead-letters/selection.ts';
import type { StoredLetter } from '../../studio/dead-letters/stored-letter.ts';
import { parseSelection } from './selection.ts';

const letter: StoredLetter = {
  place: 's3://lake/_errors/clicks/dt=2026-02-03/reason=misfit/x.ndjson',
  line: 0,
  original: Buffer.from('{}'),
  reason: 'x',
  message: '',
  deliveryId: 'm-1',
  attributes: {},
};

describe('a time', () => {
  const nowMs = Date.UTC(2026, 1, 3, 12);
  test.each([
    ['2h', Date.UTC(2026, 1, 3, 10)],
    ['2026-02-03', Date.UTC(2026, 1, 3)],
    ['2026-02-03T04:05', Date.UTC(2026, 1, 3, 4, 5)],
    ['2026-02-03T04:05:06Z', Date.UTC(2026, 1, 3, 4, 5, 6)],
    ['2026-02-03T04:05:06+01:00', Date.UTC(2026, 1, 3, 3, 5, 6)],
  ])('%s', (since, sinceMs) => {
    expect(parseSelection({ since, reason: [] }, nowMs)).toMatchObject({ sinceMs });
  });

  test.each(['yesterday', '3', '2026-13-01', '2026-02-03 04:05'])('%s is none', (since) => {
    expect(() => parseSelection({ since, reason: [] }, nowMs)).toThrow(expect.objectContaining({ code: 'E_CONFIG' }));
  });

  test('from is inclusive, to exclusive, and letters without one are in', () => {
    const selection = parseSelection({ since: '2h', until: '1h', reason: [] }, nowMs);
    const hours = [2.01, 2, 1.5, 1].map((ago) => isSelected({ ...letter, timeMs: nowMs - ago * 3_600_000 }, selection));
    expect(hours).toEqual([false, true, true, false]);
    expect(isSelected({ ...letter, timeMs: undefined }, selection)).toBe(true);
    expect(() => parseSelection({ since: '1h', until: '2h', reason: [] }, nowMs)).toThrow(/before/);
  });
});
