/** A place in a text as editors count: 1-based, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** The offset of a position; one behind the end of its line is the end of that line, one behind the last line that of the text. */
export function offsetAt(text: string, { line, column }: TextPosition): number {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return Math.min(start + Math.max(0, column - 1), lineEnd(text, start));
}

/** The position of an offset. */
export function positionAt(text: string, offset: number): TextPosition {
  const start = lineStart(text, offset);
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) line++;
  return { line, column: offset - start + 1 };
}

/** Where the line begins in which an offset lies. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where that line ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return end > 0 && text[end - 1] === '\r' && end > offset ? end - 1 : end;
}
