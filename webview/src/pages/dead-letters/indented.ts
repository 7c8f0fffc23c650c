/** JSON over several lines. Only space is added, so that every digit stays; what is no JSON stays as it is. Pure. */
export function indented(text: string): string {
  if (!isJson(text)) return text;
  const parts: string[] = [];
  let depth = 0;
  let previous = '';
  for (const token of text.match(tokens) ?? []) {
    const isEnd = token === '}' || token === ']';
    if (isEnd) depth--;
    const isAfterStart = previous === '{' || previous === '[';
    if (isEnd ? !isAfterStart : isAfterStart || previous === ',') parts.push('\n', '  '.repeat(depth));
    parts.push(token === ':' ? ': ' : token);
    if (token === '{' || token === '[') depth++;
    previous = token;
  }
  return parts.join('');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Strings, signs, and what stands between them; space is left out. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
