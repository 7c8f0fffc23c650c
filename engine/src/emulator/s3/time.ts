// S3 keeps modification times to the second: in HTTP dates there is no room for more, and listings agree with them.

/** The second a moment falls into. */
export function wholeSecondMs(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** A moment as documents give it: `2009-10-12T17:50:30.000Z`. */
export function isoSecond(ms: number): string {
  return new Date(wholeSecondMs(ms)).toISOString();
}
