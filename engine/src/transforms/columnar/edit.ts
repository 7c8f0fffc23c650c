import type { MapShape, Removal } from '../recognise/shape.ts';
import type { Span } from '../recognise/tree.ts';

/** The text of `map` in its compiled module, as `toString` gives it. */
export function mapText(code: string, { span }: MapShape): string {
  return code.slice(span.start, span.end);
}

/**
 * An expression for `map` without the removals. Whatever stays is at the line and column at which it is in the module, so that
 * stacks and the source map hold.
 */
export function editedMap(code: string, { span, isMethod, name }: MapShape, removals: readonly Removal[]): string {
  const open = isMethod ? '({' : `({${name}:`; // a property gives an arrow function its name
  const close = `}).${name}`;
  const before = code.slice(0, span.start);
  const lines = before.split('\n');
  const padding = lines.length === 1 ? lines[0]!.length - open.length : lines.at(-1)!.length;
  const lead = `${open}${'\n'.repeat(lines.length - 1)}${' '.repeat(Math.max(0, padding))}`;
  return `${lead}${blank(code, span, removals)}${close}`;
}

function blank(code: string, span: Span, removals: readonly Removal[]): string {
  let text = '';
  let at = span.start;
  for (const removal of removals.toSorted((a, b) => a.start - b.start)) {
    if (removal.start < at) continue; // within the one before
    const removed = code.slice(removal.start, removal.end);
    // Line breaks stay: a template literal may have had some.
    const rest = removed.slice(removal.text.length).replaceAll(/[^\n]/g, ' ');
    text += code.slice(at, removal.start) + removal.text + rest;
    at = removal.end;
  }
  return text + code.slice(at, span.end);
}
