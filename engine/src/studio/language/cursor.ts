import { isScalar } from 'yaml';
import { lineEnd, lineStart } from './text-position.ts';
import { type FilePath, parseTolerant, plainOf, spotAt } from './yaml-spot.ts';

/** Where a cursor stands in a YAML file that may be half typed. */
export interface Cursor {
  /** What is being typed: a key of the map at `path`, or the value at `path`. */
  readonly part: 'key' | 'value';
  readonly path: FilePath;
  /** The file as plain values, without what is being typed. */
  readonly plain: unknown;
  /** Offsets of what is typed so far, before and behind the cursor, without quotes. */
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  /** The text around the cursor is inside of this quote. */
  readonly quote?: '"' | "'";
  readonly isFlow: boolean;
  /** A colon follows: the key is there and gets another name. */
  readonly hasColon: boolean;
}

const MARK = '__cursor__';

/**
 * Finds out where an offset stands: what is typed there is replaced by a mark that is valid YAML, and the parser says where the
 * mark came to lie. Undefined in comments, and where the text is too broken to tell.
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const word = wordAt(text, offset);
  const before = text.slice(lineStart(text, offset), word.start);
  const behind = text.slice(word.end, lineEnd(text, word.end));
  const hasColon = /^\s*:(?:\s|$)/.test(behind);
  const isAlone = word.quote === undefined && /^\s*(?:- +)*$/.test(before) && /^\s*(?:#.*)?$/.test(behind);
  const closing = word.quote !== undefined && !behind.startsWith(word.quote) ? word.quote : '';
  const probe = text.slice(0, word.start) + MARK + (isAlone ? ':' : '') + closing + text.slice(word.end);
  const document = parseTolerant(probe);
  const spot = document && spotAt(document, word.start + 1);
  if (!document || !spot || !isScalar(spot.node) || String(spot.node.value).trim() !== MARK) return undefined;
  const path = spot.part === 'key' ? spot.path.slice(0, -1) : spot.path;
  const isFlow = isInFlow(document.getIn(parentOf(spot.path), true));
  return {
    part: spot.part,
    path,
    plain: withoutMark(plainOf(document)),
    ...word,
    offset,
    isFlow,
    hasColon,
  };
}

interface Word {
  readonly start: number;
  readonly end: number;
  readonly quote?: '"' | "'";
}

/** What is typed around an offset: up to the quotes that it stands in, else a word. */
function wordAt(text: string, offset: number): Word {
  const from = lineStart(text, offset);
  const to = lineEnd(text, offset);
  const open = openQuote(text.slice(from, offset));
  if (open) {
    const close = text.slice(offset, to).indexOf(open.quote);
    return { start: from + open.at + 1, end: close < 0 ? to : offset + close, quote: open.quote };
  }
  const reference = /\$\{[^}\s]*$/.exec(text.slice(from, offset));
  if (reference) {
    const rest = /^[^}\s,]*\}?/.exec(text.slice(offset, to))!;
    return { start: from + reference.index, end: offset + rest[0].length };
  }
  const head = /(?:[^\s,{}[\]"'#:]|:(?=\S))*$/.exec(text.slice(from, offset))!;
  const tail = /^(?:[^\s,{}[\]"'#:]|:(?=[^\s,}\]]))*/.exec(text.slice(offset, to))!;
  return { start: offset - head[0].length, end: offset + tail[0].length };
}

/** The quote that is open at the end of a piece of a line. Quotes inside of words are none. */
function openQuote(before: string): { quote: '"' | "'"; at: number } | undefined {
  let open: { quote: '"' | "'"; at: number } | undefined;
  for (let at = 0; at < before.length; at++) {
    const char = before[at];
    if (open === undefined && char === '#' && (at === 0 || /\s/.test(before[at - 1]!))) return undefined;
    if (open?.quote === '"' && char === '\\') at++;
    else if (open?.quote === char) open = undefined;
    else if (open === undefined && (char === '"' || char === "'") && (at === 0 || /[\s,:{[-]/.test(before[at - 1]!)))
      open = { quote: char, at };
  }
  return open;
}

function parentOf(path: FilePath): FilePath {
  return path.slice(0, -1);
}

function isInFlow(parent: unknown): boolean {
  return (parent as { flow?: boolean } | undefined)?.flow === true;
}

function withoutMark(value: unknown): unknown {
  if (value === MARK) return null;
  if (Array.isArray(value)) return value.map(withoutMark);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== MARK);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutMark(item)]));
}
