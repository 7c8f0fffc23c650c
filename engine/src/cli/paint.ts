/** Colours for a terminal, or nothing at all. Nesting different styles works, nesting the same does not. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Codes of ECMA-48 "select graphic rendition": on, off. */
const codes: Record<keyof Paint, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** A paint that colours, or one that returns its text as it is. */
export function createPaint(color: boolean): Paint {
  const style = (name: keyof Paint) => {
    const [on, off] = codes[name];
    return (text: string) => (color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  };
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
}
