/** JSON over lines, without a parser that would round its numbers. */
export function indented(text: string): string {
  let depth = 0;
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|\[\]|\{\}|[[\]{},:]|[^[\]{},:"\s]+/g);
  let lines = '';
  for (const [token] of tokens) {
    if (token === '{' || token === '[') lines += token + newLine(++depth);
    else if (token === '}' || token === ']') lines += newLine(--depth) + token;
    else if (token === ',') lines += token + newLine(depth);
    else lines += token === ':' ? ': ' : token;
  }
  return lines;
}

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.max(0, depth))}`;
}
