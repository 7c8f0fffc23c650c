import { expect, test } from 'vitest';
import { isFor, markedEdits, textMark } from './text-mark.ts';

test('a text is told from what it becomes by one key, wherever it is', () => {
  const text = 'batch: { maxAge: 1m }\n'.repeat(200);
  const marks = new Set(Array.from(text, (_, i) => textMark(`${text.slice(0, i)}_${text.slice(i + 1)}`)));
  expect(marks.size).toBe(text.length);
  expect(marks).not.toContain(textMark(text));
  expect(textMark('ab')).not.toBe(textMark('ba'));
});

test('what an editor makes of a text when it opens it is the same text', () => {
  expect(textMark('\uFEFFa: 1\r\nb: 2\r\n')).toBe(textMark('a: 1\nb: 2\n'));
});

test('an edit is for the text that it was marked with; one without a mark for any', () => {
  const [edit] = markedEdits([{ newText: 'x' }], 'a: 1\n');
  expect(isFor(edit!, 'a: 1\n')).toBe(true);
  expect(isFor(edit!, '# typed\na: 1\n')).toBe(false);
  expect(isFor({}, 'anything')).toBe(true);
});
