import { findChromium } from '../../browser/chromium.ts';
import type { Figure } from '../main.ts';

const EDITS = 60;

/** How long from a key to the frame that shows what it does to the rows: in Chromium, with `parquetry studio` behind it. */
export async function benchBrowser(emit: (figure: Figure) => void): Promise<void> {
  if (findChromium() === undefined) {
    console.error('skipped: from a key to the screen: no Chromium; CHROMIUM_PATH names one');
    return;
  }
  const { openStudio } = await import('../../browser/studio-browser.ts');
  const { measureTyping } = await import('../../browser/typing.ts');
  await using studio = await openStudio({ examples: ['movies'] });
  // The first ones find threads that are not warm yet.
  const times = (await measureTyping(studio, EDITS + 5)).slice(5).toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))]! * 10) / 10;
  emit({ part: 'browser', what: 'typing, key to screen', n: EDITS, p50Ms: at(0.5), p99Ms: at(0.99) });
}
