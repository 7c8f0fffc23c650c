/** Narrower columns than this are read by nobody. */
const LEAST_WIDTH = 30;

/** Lines of whole words, of at most so many characters; a longer word stays whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + 1 + word.length <= Math.max(width, LEAST_WIDTH);
    if (fits) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
