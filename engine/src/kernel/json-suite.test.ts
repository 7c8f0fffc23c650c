import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scannerNames, scanWith, schemaOf } from './scan.test-support.ts';

// The JSON Parsing Test Suite (github.com/nst/JSONTestSuite), where a checkout lies beside the repository.
const folder = fileURLToPath(new URL('../../../../shared/data/json-test-suite/test_parsing/', import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const schema = schemaOf({ v: 'json?' });

describe.each(scannerNames)('with %s,', (scanner) => {
  const scan = scanWith(scanner);
  describe.skipIf(files.length === 0)('JSON Parsing Test Suite', () => {
    const bodyOf = (name: string) => {
      const content = readFileSync(`${folder}${name}`);
      return { content, body: Buffer.concat([Buffer.from('{"v":'), content, Buffer.from('}')]) };
    };

    it.each(files.filter((name) => name.startsWith('y_')))('accepts %s', (name) => {
      const { content, body } = bodyOf(name);
      const { rows, bad } = scan(schema, [body]);
      expect(bad).toEqual([]);
      expect(rows).toHaveLength(1);
      expect(JSON.parse((rows[0]!.v ?? 'null') as string)).toEqual(JSON.parse(content.toString()));
    });

    it.each(files.filter((name) => name.startsWith('n_')))('refuses %s', (name) => {
      const { body } = bodyOf(name);
      expect(() => JSON.parse(body.toString())).toThrow();
      expect(scan(schema, [body]).bad.length).toBeGreaterThan(0);
    });

    it.each(files.filter((name) => name.startsWith('i_')))('refuses %s or reads it as JSON.parse does', (name) => {
      const { content, body } = bodyOf(name);
      const { rows, bad } = scan(schema, [body]);
      expect(rows.length + bad.length).toBeGreaterThan(0);
      if (rows.length === 1) expect(JSON.parse(rows[0]!.v as string)).toEqual(JSON.parse(content.toString()));
    });
  });
});
