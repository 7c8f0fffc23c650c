import { describe } from 'vitest';
import { findChromium } from './chromium.ts';

/** `describe` for tests that need a Chromium: without one they are skipped, and the name says why. */
export const describeInBrowser =
  findChromium() === undefined
    ? (name: string, tests: () => void) =>
        describe.skip(`${name} (skipped: no Chromium; CHROMIUM_PATH names one)`, tests)
    : describe;
