import { expect, test } from 'vitest';
import { errorAt, type Origin, problemsError, sortProblems, warningAt } from './problems.ts';
import { displayPath, renderProblems, summarizeProblems } from './render-problems.ts';

const origin: Origin = { file: '/p/pipeline.yaml', line: 7, column: 5, length: 3, text: 'ab: foo' };

test('a problem shows place, message, source line with a caret below it, and hint', () => {
  expect(renderProblems([errorAt(origin, 'ab must be bar, got "foo"', 'Did you mean bar?')], '/p')).toBe(
    `pipeline.yaml:7:5 error ab must be bar, got "foo"
  7 | ab: foo
    |     ^~~
  hint: Did you mean bar?
`,
  );
});

test('a long line is cut around the place, control characters do not reach the terminal', () => {
  const text = `${'x'.repeat(500)}\u001b[31mHERE${'y'.repeat(500)}`;
  const shown = renderProblems([errorAt({ ...origin, text, column: 506, length: 4 }, 'no')], '/p');
  const [, line = '', caret = ''] = shown.split('\n');
  expect(line.length).toBeLessThan(140);
  expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('HERE');
  expect(shown).not.toContain('\u001b');
});

test('problems are sorted by place, settings and placeless ones last, equal ones once', () => {
  const setting = errorAt({ file: '--set a=1', line: 0, column: 1, length: 9, text: '--set a=1' }, 'c');
  const late = errorAt(origin, 'b');
  const early = warningAt({ ...origin, line: 2 }, 'a');
  const placeless = errorAt(undefined, 'd');
  expect(sortProblems([placeless, setting, late, early, late]).map(({ message }) => message)).toEqual([
    'a',
    'b',
    'c',
    'd',
  ]);
});

test('a summary counts, and one error carries them all', () => {
  const problems = [warningAt(origin, 'w'), errorAt(origin, 'first', 'do it'), errorAt(origin, 'second')];
  expect(summarizeProblems(problems)).toBe('2 errors, 1 warning');
  expect(problemsError(problems)).toMatchObject({
    code: 'E_CONFIG',
    message: 'first (and 1 more)',
    hint: 'do it',
    line: 7,
    details: { problems },
  });
});

test('paths are shown as one would type them, unless they are far away', () => {
  expect(displayPath('/a/b/c', '/a/b')).toBe('c');
  expect(displayPath('/a/b', '/a/b')).toBe('.');
  expect(displayPath('/a/x', '/a/b')).toBe('../x');
  expect(displayPath('/x/y', '/a/b')).toBe('/x/y');
});
