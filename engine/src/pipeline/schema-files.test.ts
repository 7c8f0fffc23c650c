import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Schema } from '../core/schema.ts';
import { parseSlot } from '../core/schema-text.ts';
import { readInputSchema, readSchemaVersions, writeInputSchema } from './schema-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-schema-'));
});
afterEach(() => rm(folder, { recursive: true }));

const schemaOf = (fields: Record<string, string>): Schema => ({
  fields: Object.entries(fields).map(([name, text]) => ({ name, ...parseSlot(text) })),
});
const put = (name: string, text: string) => writeFile(path.join(folder, name), text);
const version = (number: number, fields: Record<string, string>, more = {}) =>
  put(`input.v${number}.json`, JSON.stringify({ version: number, ...more, fields }));

describe('writeInputSchema', () => {
  it('writes what readInputSchema reads back, one line a field, in order', async () => {
    const schema: Schema = {
      fields: [
        { name: '2', ...parseSlot('int') },
        { name: 'a "b"', ...parseSlot('list<string?>?') },
        { name: '1', ...parseSlot('bool') },
      ],
    };
    expect(await writeInputSchema(folder, schema)).toMatchObject({ version: 1, written: true });
    expect(await readInputSchema(folder)).toEqual({ ...schema, version: 1 });
    const lines = (await readFile(path.join(folder, 'input.v1.json'), 'utf8')).split('\n');
    expect(lines.slice(3, 7)).toEqual([
      '  "fields": {',
      '    "2": "int",',
      '    "a \\"b\\"": "list<string?>?",',
      '    "1": "bool"',
    ]);
  });

  it('adds a version for a widening, none for the same schema', async () => {
    await writeInputSchema(folder, schemaOf({ a: 'int' }));
    expect(await writeInputSchema(folder, schemaOf({ a: 'int' }))).toMatchObject({ version: 1, written: false });
    expect(await writeInputSchema(folder, schemaOf({ a: 'double' }))).toMatchObject({ version: 2, written: true });
    expect((await readSchemaVersions(folder)).map((read) => read.version)).toEqual([1, 2]);
  });

  it('refuses what does not widen, unless told, and then says so in the file', async () => {
    await writeInputSchema(folder, schemaOf({ a: 'int', b: 'int' }));
    await expect(writeInputSchema(folder, schemaOf({ a: 'string' }))).rejects.toMatchObject({
      code: 'E_SCHEMA',
      details: { changes: ['a: int became string', 'b: removed, was int'] },
    });
    await writeInputSchema(folder, schemaOf({ a: 'string' }), { breaking: true });
    expect((await readSchemaVersions(folder)).map((read) => read.breaking)).toEqual([false, true]);
  });

  it('marks a widening as no break, whatever was allowed', async () => {
    await writeInputSchema(folder, schemaOf({ a: 'int' }));
    await writeInputSchema(folder, schemaOf({ a: 'int?' }), { breaking: true });
    expect((await readSchemaVersions(folder)).at(-1)?.breaking).toBe(false);
  });
});

describe('readInputSchema', () => {
  it('takes the highest version by number, not by name', async () => {
    await version(9, { a: 'int' });
    await version(10, { a: 'double' });
    expect((await readInputSchema(folder)).version).toBe(10);
  });

  it('refuses a folder without a schema and says what to run', async () => {
    await expect(readInputSchema(path.join(folder, 'none'))).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      hint: expect.stringContaining('parquetry infer'),
    });
  });

  it('refuses a broken chain', async () => {
    await version(1, { a: 'string' });
    await version(2, { a: 'int' });
    await expect(readInputSchema(folder)).rejects.toMatchObject({
      message: 'input.v2.json must take every record that input.v1.json takes, but a: string became int',
    });
    await version(2, { a: 'int' }, { breaking: true });
    expect((await readInputSchema(folder)).version).toBe(2);
  });

  const mistakes: [string, string, number, number][] = [
    ['{\n  "version": 1,\n  "fields": {"a": "intt"}}', 'a: type "intt" must have a type at column 1', 3, 19],
    ['{\n  "version": 1,\n  "fields": {"a": 5}}', 'the type of a must be text', 3, 19],
    ['{\n  "version": 1,\n  "feilds": {}}', '"feilds" is no key of a schema file', 3, 13],
    ['{\n  "version": 1,\n  "fields": {}}', 'fields must be an object with at least one field', 3, 13],
    ['{\n  "version": 1.5,\n  "fields": {}}', 'version must be a whole number from 1', 2, 14],
    ['{\n  "version": 2,\n  "fields": {"a":"int"}}', 'version must be 1, as the file is named, got 2', 1, 0],
    ['{\n  "version": 1,\n', 'JSON must have a key in double quotes here, got the end', 3, 1],
    ['[]', 'a schema file must be a JSON object', 1, 1],
  ];
  it.each(mistakes)('refuses %j at its place', async (text, message, line, column) => {
    await put('input.v1.json', text);
    await expect(readInputSchema(folder)).rejects.toMatchObject({
      code: 'E_SCHEMA',
      message: expect.stringContaining(message),
      file: path.join(folder, 'input.v1.json'),
      line,
      ...(column > 0 && { column }),
    });
  });
});
