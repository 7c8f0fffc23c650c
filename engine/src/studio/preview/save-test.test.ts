import { describe, expect, it } from 'vitest';
import { parseTestFile } from '../../pipeline/transform-test/test-file.ts';
import { withCase } from './save-test.ts';

const FILE = '/p/transform.test.yaml';
const record = '{"id":9007199254740993,"price":12.50,"name":"a:#b"}';

describe('a new case of a test file', () => {
  it.each([
    ['in an empty file', '', '- name: new\n  input: '],
    [
      'behind the others, as they are indented',
      '# cases\n  - name: one\n    input: {}\n',
      '\n\n  - name: new\n    input: ',
    ],
    ['under a name of its own', '- name: new\n  input: {}\n', '\n\n- name: new (2)\n  input: '],
  ])('stands %s, with all digits of its record', (_, before, added) => {
    const after = withCase(before, { name: 'new', recordText: record }, FILE);
    expect(after.startsWith(before.trimEnd() + added)).toBe(true);
    expect(
      parseTestFile(after, FILE)
        .cases.at(-1)
        ?.body.replaceAll(/([:,]) /g, '$1'),
    ).toBe(record);
  });

  it('keeps a record that is no JSON as it is', () => {
    const after = withCase('', { name: 'new', recordText: '{"id":\t"x\\"' }, FILE);
    expect(parseTestFile(after, FILE).cases[0]?.body).toBe('{"id":\t"x\\"');
  });

  it('is refused in a file that is no list of lines with dashes', () => {
    const add = (text: string) => () => withCase(text, { name: 'new', recordText: record }, FILE);
    expect(add('[]')).toThrow(/must be a list of cases/);
    expect(add('name: one')).toThrow(/must be a list of cases/);
  });
});
