import type { Missing } from './missing.ts';

/** Lower case by Unicode's rules, the same in every locale. Null for null. */
export function lower(text: string): string;
export function lower(text: string | Missing): string | null;
export function lower(text: string | Missing): string | null {
  return text == null ? null : text.toLowerCase();
}

/** Upper case by Unicode's rules, the same in every locale: `ß` becomes `SS`. Null for null. */
export function upper(text: string): string;
export function upper(text: string | Missing): string | null;
export function upper(text: string | Missing): string | null {
  return text == null ? null : text.toUpperCase();
}

/** Without white space at both ends, line breaks and Unicode's spaces included. Null for null. */
export function trim(text: string): string;
export function trim(text: string | Missing): string | null;
export function trim(text: string | Missing): string | null {
  return text == null ? null : text.trim();
}

/** Whether the pattern is found anywhere in the text; always from its start, whatever the pattern's flags. Null for null. */
export function matches(text: string, pattern: RegExp): boolean;
export function matches(text: string | Missing, pattern: RegExp): boolean | null;
export function matches(text: string | Missing, pattern: RegExp): boolean | null {
  if (text == null) return null;
  pattern.lastIndex = 0; // a pattern with `g` or `y` goes on where it stopped
  const found = pattern.test(text);
  pattern.lastIndex = 0;
  return found;
}
