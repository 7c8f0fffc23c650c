/** Code in which what came from different lines of the sources stands on different lines. */
export interface SpreadCode {
  readonly code: string;
  /** Where a line (1-based) came from: the position of a source in the map, and its line, 1-based. */
  originOf(line: number): LineOrigin | undefined;
}

export interface LineOrigin {
  readonly source: number;
  readonly line: number;
}

interface Segment extends LineOrigin {
  readonly column: number;
}

/** Behind these a line break would end the statement (ECMAScript 12.10.1, "restricted productions"). */
const NO_BREAK_BEHIND = /\b(?:return|throw|break|continue|yield|async)\s*$/;
const NO_BREAK_BEFORE = /^\s*(?:=>|\+\+|--)/;

/**
 * V8's profiler tells lines, and compiled code has many statements on one. This breaks it wherever its source map says that another
 * line of a source begins; nothing else changes. Pure. `sourceMap`: JSON of version 3.
 */
export function spreadLines(code: string, sourceMap: string): SpreadCode {
  const { mappings } = JSON.parse(sourceMap) as { readonly mappings: string };
  const segments = readMappings(mappings);
  const lines: string[] = [];
  const origins: (LineOrigin | undefined)[] = [];
  for (const [number, text] of code.split('\n').entries()) {
    let start = 0;
    let origin: LineOrigin | undefined;
    for (const segment of segments[number] ?? []) {
      const isNew = segment.line !== origin?.line || segment.source !== origin.source;
      if (!isNew) continue;
      if (segment.column > start && mayBreak(text, segment.column)) {
        lines.push(text.slice(start, segment.column));
        origins.push(origin);
        start = segment.column;
      } else if (segment.column > start) continue; // stays with what it cannot be parted from
      origin = { source: segment.source, line: segment.line };
    }
    lines.push(text.slice(start));
    origins.push(origin);
  }
  return { code: lines.join('\n'), originOf: (line) => origins[line - 1] };
}

function mayBreak(text: string, column: number): boolean {
  return (
    !NO_BREAK_BEHIND.test(text.slice(Math.max(0, column - 12), column)) && !NO_BREAK_BEFORE.test(text.slice(column))
  );
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Segments by line of the code; those without a source are left out. Source Map revision 3, "mappings". */
function readMappings(mappings: string): Segment[][] {
  let [source, line] = [0, 0];
  return mappings.split(';').map((group) => {
    let column = 0;
    return group.split(',').flatMap((text): Segment[] => {
      const [columnDelta, sourceDelta, lineDelta] = readNumbers(text);
      column += columnDelta ?? 0;
      if (sourceDelta === undefined) return [];
      source += sourceDelta;
      line += lineDelta ?? 0;
      return [{ column, source, line: line + 1 }];
    });
  });
}

/** Base64 VLQ: five bits a digit, the lowest first, the sixth says that more come; the lowest bit of all is the sign. */
function readNumbers(text: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2);
    [value, shift] = [0, 0];
  }
  return numbers;
}
