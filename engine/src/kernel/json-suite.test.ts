import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { scannerNames, scanWith, schemaOf } from './scan.test-support.ts';

// The JSON Parsing Test Suite (github.com/nst/JSONTestSuite), where a checkout lies beside the repository.
const folder = fileURLToPath(new URL('../../../../shared/data/json-test-suite/test_parsing/', import.meta.url));
const isThere = existsSync(folder);
const files = isThere ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const schema = schemaOf({ v: 'json?' });

/** Files that cost something else than one record, being the value of a line of their own. */
const exceptions: Readonly<
  Record<string, { readonly why: string; readonly bad: number; readonly rows: readonly string[] }>
> = {
  'n_array_newlines_unclosed.json': {
    why: 'its newlines make three lines of it, each of which begins like a record',
    bad: 3,
    rows: ['1', '2'],
  },
  'n_array_unclosed_with_new_lines.json': {
    why: 'its newlines make three lines of it, each of which begins like a record',
    bad: 3,
    rows: ['1', '2'],
  },
  'n_string_unescaped_newline.json': { why: 'its newline makes two lines of it', bad: 2, rows: ['1', '2'] },
  'n_structure_object_followed_by_closing_object.json': {
    why: 'it ends the object around it, so that what comes before its last brace is a record',
    bad: 1,
    rows: ['1', '{}', '2'],
  },
};

if (!isThere) test.skip('JSON Parsing Test Suite (skipped: ../shared/data/json-test-suite is not there)', () => {});

describe.runIf(isThere).each(scannerNames)('JSON Parsing Test Suite with %s:', (scanner) => {
  const scan = scanWith(scanner);
  const bodyOf = (name: string) => {
    const content = readFileSync(`${folder}${name}`);
    return { content, body: Buffer.concat([Buffer.from('{"v":'), content, Buffer.from('}')]) };
  };

  test.each(files.filter((name) => name.startsWith('y_')))('accepts %s', (name) => {
    const { content, body } = bodyOf(name);
    const { rows, bad } = scan(schema, [body]);
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(JSON.parse((rows[0]!.v ?? 'null') as string)).toEqual(JSON.parse(content.toString()));
  });

  const broken = files.filter((name) => name.startsWith('n_'));
  test.each(broken)('refuses %s', (name) => {
    const { body } = bodyOf(name);
    expect(() => JSON.parse(body.toString())).toThrow();
    expect(scan(schema, [body]).bad.length).toBeGreaterThan(0);
  });

  test.each(broken.filter((name) => !(name in exceptions)))(
    'loses one record by %s, and not its neighbours',
    (name) => {
      expect(between(name)).toEqual({ bad: 1, rows: ['1', '2'] });
    },
  );

  test.each(Object.entries(exceptions))('counts more by %s: $why', (name, { bad, rows }) => {
    expect(between(name)).toEqual({ bad, rows });
  });

  /** What a file costs as a line between two good ones. */
  function between(name: string) {
    const { body } = bodyOf(name);
    const { rows, bad } = scan(schema, [Buffer.concat([Buffer.from('{"v":1}\n'), body, Buffer.from('\n{"v":2}\n')])]);
    return { bad: bad.length, rows: rows.map(({ v }) => v) };
  }

  test.each(files.filter((name) => name.startsWith('i_')))('refuses %s or reads it as JSON.parse does', (name) => {
    const { content, body } = bodyOf(name);
    const { rows, bad } = scan(schema, [body]);
    expect(rows.length + bad.length).toBeGreaterThan(0);
    if (rows.length === 1) expect(JSON.parse(rows[0]!.v as string)).toEqual(JSON.parse(content.toString()));
  });
});
