import type { Missing } from './missing.ts';
import { xxh64 } from './xxh64.ts';

/** A UTF-16 unit takes as many bytes of UTF-8 at most. */
const BYTES_PER_UNIT = 3;

const encoder = /* @__PURE__ */ new TextEncoder();
/** Where short texts are encoded: a new array for each would cost more than its hash. */
const shortText = /* @__PURE__ */ new Uint8Array(1024);

/**
 * XXH64 of the text's UTF-8, as 16 hex digits: spreads evenly and is the same everywhere, but hides nothing, for whoever
 * guesses the text can tell. Null for null.
 */
export function hash(text: string): string;
export function hash(text: string | Missing): string | null;
export function hash(text: string | Missing): string | null {
  if (text == null) return null;
  if (text.length * BYTES_PER_UNIT <= shortText.length) {
    return xxh64(shortText, encoder.encodeInto(text, shortText).written).toHex();
  }
  const bytes = encoder.encode(text);
  return xxh64(bytes, bytes.length).toHex();
}
