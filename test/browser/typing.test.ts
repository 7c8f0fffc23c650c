import { expect, test } from 'vitest';
import { describeInBrowser } from './harness.ts';
import { openStudio } from './studio-browser.ts';
import { measureTyping } from './typing.ts';

/** A busy machine takes its time; what is meant, `npm run bench -- studio` measures. */
const MOST_MS = 1_000;

describeInBrowser('typing in the transform', () => {
  test('is seen in the rows before one wonders', async () => {
    await using studio = await openStudio({ examples: ['movies'] });
    const times = (await measureTyping(studio, 25)).toSorted((a, b) => a - b);
    expect(times[12], times.map(Math.round).join(' ')).toBeLessThan(MOST_MS);
    expect(studio.problems).toEqual([]);
  });
});
