import { expect, test } from 'vitest';
import { describePages } from './docs/follow-pages.ts';
import { isPrinted } from './docs/session.ts';
import { findPages, isGuide } from './docs/snippets.ts';

/* The pages that people start with; test/heavy/docs.test.ts follows the guide. */
describePages(findPages().filter((page) => !isGuide(page)));

test('a page that promises other output than the command prints is found out', () => {
  const printed = 'a  after 1.5s\n…\nlast';
  expect(isPrinted(printed, 'a after 9.0s\nx\ny\nlast\n')).toBe(true);
  expect(isPrinted(printed, 'a after 9.0s\nx\ny\nlast\nmore\n')).toBe(false);
  expect(isPrinted('5 rows', '4 rows')).toBe(false);
});
