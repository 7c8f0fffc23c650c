/** Value of a hexadecimal digit by its character code; -1 for anything else. */
const DIGITS = new Int8Array(128).fill(-1);
for (let i = 0; i < 16; i++) {
  DIGITS[i.toString(16).charCodeAt(0)] = i;
  DIGITS[i.toString(16).toUpperCase().charCodeAt(0)] = i;
}

const LENGTH = 36;
const DASH = 0x2d;
const DASHES = [8, 13, 18, 23] as const;
/** Where in the text each byte starts. */
const STARTS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Writes the 16 bytes of a UUID in its usual form, in either case, to `target`; false if it is none. */
export function readUuid(text: string, target: Uint8Array): boolean {
  if (text.length !== LENGTH || DASHES.some((at) => text.charCodeAt(at) !== DASH)) return false;
  let wrong = 0;
  for (let i = 0; i < STARTS.length; i++) {
    const high = DIGITS[text.charCodeAt(STARTS[i]!)] ?? -1;
    const low = DIGITS[text.charCodeAt(STARTS[i]! + 1)] ?? -1;
    wrong |= high | low; // negative as soon as one of them is
    target[i] = (high << 4) | low;
  }
  return wrong >= 0;
}
