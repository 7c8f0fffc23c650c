import {
  BACKSLASH,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  DOT,
  ESCAPE,
  FAILED,
  HEX,
  isDigit,
  LETTER_E,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  LETTER_U,
  MINUS,
  OPEN_LIST,
  OPEN_OBJECT,
  PLAIN,
  PLUS,
  QUOTE,
  skipSpace,
  ZERO,
} from './ascii.ts';

/** Deeper values cost their record: whoever reads them back (`JSON.parse`, other engines) recurses. */
export const MAX_DEPTH = 512;

/** What the grammar wanted where the last skip failed; see `skipValue`. */
export const mismatch = { offset: 0, wanted: '', depth: 0 };

/** What closes the containers that are open, outermost first. Grows with the deepest value seen. */
let closers = new Uint8Array(MAX_DEPTH);

/**
 * Position after the JSON value at `at`, checked against the whole grammar; FAILED if there is none, with `mismatch` telling
 * where and what was wanted. `mismatch.depth` is the nesting of the value: deeper than MAX_DEPTH still has an end.
 */
export function skipValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  mismatch.depth = 0;
  for (;;) {
    const first = bytes[at]!;
    if (first === OPEN_OBJECT || first === OPEN_LIST) {
      const closer = first + 2; // as ASCII has it: [ and ], { and }
      open(depth++, closer);
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== closer) {
        if (first === OPEN_OBJECT) at = skipKey(bytes, at);
        if (at < 0) return FAILED;
        continue;
      }
    } else {
      at = skipScalar(bytes, at);
      if (at < 0 || depth === 0) return at;
      at = skipSpace(bytes, at);
    }
    while (bytes[at] === closers[depth - 1]) {
      at++;
      if (--depth === 0) return at;
      at = skipSpace(bytes, at);
    }
    at = nextMember(bytes, at, closers[depth - 1]!);
    if (at < 0) return FAILED;
  }
}

/** As `skipValue`, for a value inside a record: FAILED also if it makes the record deeper than MAX_DEPTH. */
export function skipNested(bytes: Uint8Array, at: number): number {
  const next = skipValue(bytes, at);
  return mismatch.depth >= MAX_DEPTH ? FAILED : next;
}

function open(depth: number, closer: number): void {
  if (depth === closers.length) closers = grown(closers);
  closers[depth] = closer;
  if (depth >= mismatch.depth) mismatch.depth = depth + 1;
}

/** Position of the value after the comma at `at`, and after its key in an object. */
function nextMember(bytes: Uint8Array, at: number, closer: number): number {
  if (bytes[at] !== COMMA) return wanted(closer === CLOSE_OBJECT ? '"," or "}"' : '"," or "]"', at);
  at = skipSpace(bytes, at + 1);
  return closer === CLOSE_OBJECT ? skipKey(bytes, at) : at;
}

/** Position of the value after the key at `at` and its colon. */
function skipKey(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return wanted('a key in quotes', at);
  at = skipString(bytes, at);
  if (at < 0) return FAILED;
  at = skipSpace(bytes, at);
  if (bytes[at] !== COLON) return wanted('":"', at);
  return skipSpace(bytes, at + 1);
}

function skipScalar(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first === QUOTE) return skipString(bytes, at);
  if (first === MINUS || isDigit(first)) return skipNumber(bytes, at);
  if (first === LETTER_T) return skipWord(bytes, at, 'true');
  if (first === LETTER_F) return skipWord(bytes, at, 'false');
  if (first === LETTER_N) return skipWord(bytes, at, 'null');
  return wanted('a value', at);
}

function skipWord(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return wanted(word, at);
  return at + word.length;
}

/** Position after the string whose opening quote is at `at`. */
export function skipString(bytes: Uint8Array, at: number): number {
  let p = at + 1;
  for (;;) {
    while (PLAIN[bytes[p]!] === 1) p++;
    const byte = bytes[p]!;
    if (byte === QUOTE) return p + 1;
    if (byte !== BACKSLASH) return wanted('a string without control characters, and its closing quote', p);
    const letter = bytes[p + 1]!;
    if (letter === LETTER_U) {
      if ((HEX[bytes[p + 2]!]! | HEX[bytes[p + 3]!]! | HEX[bytes[p + 4]!]! | HEX[bytes[p + 5]!]!) > 15) {
        return wanted('four hexadecimal digits after \\u', p);
      }
      p += 6;
    } else if (ESCAPE[letter] === 0) return wanted('a known escape', p);
    else p += 2;
  }
}

/** Position after the number at `at`. */
export function skipNumber(bytes: Uint8Array, at: number): number {
  let p = bytes[at] === MINUS ? at + 1 : at;
  if (!isDigit(bytes[p]!)) return wanted('a digit', p);
  if (bytes[p] === ZERO) p++;
  else p = skipDigits(bytes, p);
  if (isDigit(bytes[p]!)) return wanted('a number without leading zeros', p);
  if (bytes[p] === DOT) {
    if (!isDigit(bytes[++p]!)) return wanted('a digit after the point', p);
    p = skipDigits(bytes, p);
  }
  if ((bytes[p]! | 0x20) === LETTER_E) {
    p++;
    if (bytes[p] === PLUS || bytes[p] === MINUS) p++;
    if (!isDigit(bytes[p]!)) return wanted('a digit in the exponent', p);
    p = skipDigits(bytes, p);
  }
  return p;
}

function skipDigits(bytes: Uint8Array, at: number): number {
  while (isDigit(bytes[at]!)) at++;
  return at;
}

/** Sets `mismatch`; answers FAILED. */
export function wanted(what: string, at: number): number {
  mismatch.offset = at;
  mismatch.wanted = what;
  return FAILED;
}

function grown(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const twice = new Uint8Array(array.length * 2);
  twice.set(array);
  return twice;
}
