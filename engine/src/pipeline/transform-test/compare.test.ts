import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../core/exact-json.ts';
import { parseSlot } from '../../core/schema-text.ts';
import type { CaseOutcome } from './case-run.ts';
import { compareOutcome } from './compare.ts';

const outcome = (more: Partial<CaseOutcome>): CaseOutcome => ({
  rows: [],
  dropped: [],
  failed: [],
  unknownKeys: [],
  undeclaredKeys: [],
  elapsedMs: 0,
  ...more,
});

/** Differences of the field `v` of one row, as `path -expected +actual`. */
function differences(type: string, expected: string, actual: string): string[] {
  const rows = [parseExactJson(expected === '' ? '{}' : `{"v": ${expected}}`)];
  const fields = [{ name: 'v', ...parseSlot(type) }];
  const expectation = { rows, dropped: [], failed: [] };
  return compareOutcome(expectation, outcome({ rows: [`{"v": ${actual}}`] }), fields).map(
    (each) => `${each.path} -${each.expected} +${each.actual}`,
  );
}

describe('values that are equal, however they are written', () => {
  it.each([
    ['int64', '9007199254740993', '9007199254740993'],
    ['int', '1.0', '1'],
    ['decimal(10, 2)', '"1.5"', '1.50'],
    ['decimal(38, 0)', '12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['double', '1e2', '100'],
    ['float', '0.1', '0.10000000149011612'],
    ['double', '"NaN"', '"NaN"'],
    ['timestamp', '"2026-01-31T11:00:00.5+01:00"', '"2026-01-31T10:00:00.5Z"'],
    ['timestamp(ns)', '"2026-01-31T10:00:00.123456789Z"', '"2026-01-31T10:00:00.123456789Z"'],
    ['time', '"10:00"', '"10:00:00"'],
    ['uuid', '"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"', '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"'],
    ['json', '{"b": [1.50, -0], "a": null}', '{"a": null, "b": [15e-1, 0]}'],
    ['int?', '', 'null'],
    ['int?', 'null', 'null'],
    ['struct<a: int?, b: int>', '{"b": 1}', '{"a": null, "b": 1}'],
    ['map<string, decimal(4, 2)>', '{"b": 1, "a": 2}', '{"a": 2.00, "b": 1.00}'],
    ['list<timestamp?>', '["2026-01-01T00:00Z", null]', '["2026-01-01T00:00:00Z", null]'],
  ])('%s: %s and %s', (type, expected, actual) => expect(differences(type, expected, actual)).toEqual([]));
});

describe('values that differ', () => {
  it.each([
    ['int64', '9007199254740992', '9007199254740993', 'v -9007199254740992 +9007199254740993'],
    ['int', '"1"', '1', 'v -"1" +1'],
    ['decimal(10, 2)', '1.51', '1.50', 'v -1.51 +1.50'],
    ['decimal(10, 2)', '1.501', '1.50', 'v -1.501 +1.50'],
    ['string', '1', '"1"', 'v -1 +"1"'],
    ['string', '"2026-01-01"', '"2026-01-01T00:00:00Z"', 'v -"2026-01-01" +"2026-01-01T00:00:00Z"'],
    [
      'timestamp',
      '"2026-01-31T10:00:00.000002Z"',
      '"2026-01-31T10:00:00.000001Z"',
      'v -"2026-01-31T10:00:00.000002Z" +"2026-01-31T10:00:00.000001Z"',
    ],
    ['timestamp', '"soon"', '"2026-01-31T10:00:00Z"', 'v -"soon" +"2026-01-31T10:00:00Z"'],
    ['int?', '1', 'null', 'v -1 +null'],
    ['int?', '', '1', 'v -null +1'],
    ['list<int>', '[1, 2]', '[1]', 'v[1] -2 +undefined'],
    ['struct<a: struct<"b c": int>>', '{"a": {"b c": 1}}', '{"a": {"b c": 2}}', 'v.a."b c" -1 +2'],
    ['map<string, int?>', '{"a": null}', '{}', 'v.a -null +undefined'],
    ['json', '{"a": 1}', '{"a": 1, "b": 2}', 'v -{"a": 1} +{"a": 1, "b": 2}'],
  ])('%s: %s and %s', (type, expected, actual, difference) =>
    expect(differences(type, expected, actual)).toEqual([`rows[0].${difference}`]),
  );

  it('are keys that the output does not declare', () => {
    const [row] = [parseExactJson('{"v": 1, "w": 2}')];
    const found = compareOutcome({ rows: [row!], dropped: [], failed: [] }, outcome({ rows: ['{"v": 1}'] }), [
      { name: 'v', ...parseSlot('int') },
    ]);
    expect(found).toEqual([{ path: 'rows[0].w', expected: '2', actual: undefined }]);
  });
});

describe('drops and failures', () => {
  const failed = [{ reason: 'misfit', field: 'a.b', message: 'a.b must be an int, got "x"' }];
  it.each([
    [{ reason: 'misfit' }, true],
    [{ reason: 'misfit', field: 'a.b', message: 'must be an int' }, true],
    [{ reason: 'thrown' }, false],
    [{ reason: 'misfit', field: 'a' }, false],
    [{ reason: 'misfit', message: 'must be a string' }, false],
  ])('%j matches: %s', (expected, matches) => {
    const found = compareOutcome({ rows: [], dropped: [], failed: [expected] }, outcome({ failed }), []);
    expect(found.length === 0).toBe(matches);
  });

  it('are compared in order', () => {
    const found = compareOutcome({ rows: [], dropped: ['bot', 'old'], failed: [] }, outcome({ dropped: ['old'] }), []);
    expect(found).toEqual([
      { path: 'dropped[0]', expected: '"bot"', actual: '"old"' },
      { path: 'dropped[1]', expected: '"old"', actual: undefined },
    ]);
  });
});
