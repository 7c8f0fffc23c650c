import { expect, test } from 'vitest';
import type { ProfileResult } from '../protocol/profile.ts';
import { captureContext } from './captured-context.ts';
import { renderProfile } from './profile-report.ts';

const profile: ProfileResult = {
  records: 2_010,
  rows: 2_000,
  dropped: [['bot', 9]],
  deadLettered: [['misfit', 1]],
  inputBytes: 200_000,
  encodedBytes: 30_000,
  partitions: [['dt=2026-01-01', 2_000]],
  partitionCount: 1,
  columns: [
    {
      ...{ name: 'id', type: 'int64', nulls: 0, distinct: 2_000, isInPath: false, min: '1', max: '2000', top: [] },
      histogram: { of: 'value', edges: ['1', '1000', '2000'], counts: [1_000, 500] },
      ...{ plainBytes: 16_000, encodedBytes: 15_000 },
      trials: [
        { encoding: 'plain', codec: 'zstd', bytes: 15_000, isCurrent: true },
        { encoding: 'delta', codec: 'zstd', bytes: 300, isCurrent: false },
      ],
    },
  ],
  codecs: [
    { codec: 'snappy', bytes: 40_000, isCurrent: false },
    { codec: 'zstd', bytes: 30_000, isCurrent: true },
  ],
  rowGroups: [],
  speed: { rowsPerSPerCore: 100_000, mbPerSPerCore: 9.5, shares: { scan: 0.5, transform: 0.25, encode: 0.25 } },
  lines: [{ file: '/pipeline/transform.ts', line: 3, column: 1, share: 0.9, selfMs: 90 }],
  advice: [{ id: 'codec', title: 'zstd is smaller', why: 'By 25 %.', fix: { title: 'Compress with zstd', edits: [] } }],
  notes: [],
};

test('a profile is told from the whole to the line, with what would be better at the end', async () => {
  const report = await renderProfile('clicks', profile, captureContext({ cwd: '/pipeline' }));
  expect(
    report,
  ).toBe(`clicks  2,010 records → 2,000 rows · 195 KiB → 29.3 KiB (15 %) · 9 dropped: bot · 1 dead letter: misfit

One core  100,000 rows/s · 9.5 MB/s of input
  scan        50 %  ████████
  transform   25 %  ████
  encode      25 %  ████

Columns
  column  type   nulls  distinct  values          in file
  id      int64      –     2,000  1 … 2000  █▄   14.6 KiB  ████████

Whole file by codec
  snappy   39.1 KiB  ████████████████
  zstd     29.3 KiB  ████████████      now

Smaller in another encoding
  id  plain 14.6 KiB  delta 300 B  -98 %

Your code, by line
   90 %  ██████████████▍  transform.ts:3

Advice
  ● zstd is smaller
    By 25 %.
    Fix: Compress with zstd (one click in the studio)
`);
});
