import { describe, expect, test } from 'vitest';
import { formatExactJson, parseExactJson } from '../../core/exact-json.ts';
import { recordLines } from './record-lines.ts';
import { compileRedaction } from './redact.ts';
import { safeName } from './sample-name.ts';

const record =
  '{"id": 9007199254740993, "user": {"email": "Ann@x.org", "age": 0.50, "tags": [{"name": "Bé1"}, {"name": null}]}}';

function redacted(fields: string[], how?: 'mask' | 'hash' | 'remove', text = record) {
  const redactor = compileRedaction([{ fields, how }], Buffer.from('key'));
  const value = redactor.redact(parseExactJson(text));
  return { text: formatExactJson(value), redacted: redactor.counts().reduce((sum, [, values]) => sum + values, 0) };
}

describe('a rule', () => {
  test('masks what it names, and leaves every digit of the rest', () => {
    expect(redacted(['user.email', 'user.tags.*.name'])).toEqual({
      text: '{"id": 9007199254740993, "user": {"email": "Xxx@x.xxx", "age": 0.50, "tags": [{"name": "Xx0"}, {"name": null}]}}',
      redacted: 2,
    });
  });

  test('keeps kinds of values, so that records still fit their schema', () => {
    expect(redacted(['*'], 'mask', '{"a": -120.5e3, "b": true, "c": [12, "x"]}').text).toBe(
      '{"a": -100.0, "b": false, "c": [10, "x"]}',
    );
    const { text } = redacted(['id'], 'hash');
    expect(text).toMatch(/^\{"id": \d{16}, /);
  });

  test('hashes equal values to equal ones, and differently with another key', () => {
    const pair = '{"a": "x", "b": "x", "c": "y"}';
    const { a, b, c } = JSON.parse(redacted(['*'], 'hash', pair).text);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    const other = compileRedaction([{ fields: ['a'], how: 'hash' }], Buffer.from('other'));
    expect(formatExactJson(other.redact(parseExactJson(pair)))).not.toContain(a);
  });

  test('removes keys and elements', () => {
    expect(redacted(['user', 'id'], 'remove')).toEqual({ text: '{}', redacted: 2 });
    expect(redacted(['a.*'], 'remove', '{"a": [1, 2]}').text).toBe('{"a": []}');
  });

  test('that names nothing changes nothing', () => {
    expect(redacted(['nobody', 'user.email.x', 'id.y'])).toEqual({ text: record, redacted: 0 });
  });

  test('comes on top of others: each field is redacted once, in the way of the first that names it, and counted', () => {
    const first = { fields: ['user.email', 'nobody'], how: 'remove' } as const;
    const { redact, counts } = compileRedaction([first, { fields: ['id', 'user.email'] }], Buffer.from('key'));
    for (const text of [record, '{"id": 7}']) redact(parseExactJson(text));
    expect(counts()).toEqual([
      ['user.email', 1],
      ['nobody', 0],
      ['id', 2],
    ]);
    expect(formatExactJson(redact(parseExactJson('{"user": {"email": "a"}, "id": 7}')))).toBe('{"user": {}, "id": 0}');
  });
});

test('what is no JSON stays as it is, but not under rules: nobody can tell what is in it', () => {
  const text = '{"id": 1}\nsecret {\n[{"id": 2}, {"id": 3}]\n';
  expect(recordLines(text, 10, undefined).lines).toEqual(['{"id": 1}', 'secret {', '{"id": 2}', '{"id": 3}']);
  const rules = compileRedaction([{ fields: ['id'] }], Buffer.from('key'));
  expect(recordLines(text, 2, rules)).toEqual({ lines: ['{"id": 0}', '{"id": 0}'], leftOut: 1 });
  expect(rules.counts()).toEqual([['id', 2]]);
});

test.each([
  ['clicks', 'clicks'],
  ['../../etc/passwd', 'etc-passwd'],
  ['.bashrc', 'bashrc'],
  ['clicks 2026/02/03.ndjson', 'clicks-2026-02-03'],
  ['CON', 'sample-CON'],
  ['…', 'sample'],
])('the name %s is made safe: %s', (name, safe) => {
  expect(safeName(name)).toBe(safe);
});
