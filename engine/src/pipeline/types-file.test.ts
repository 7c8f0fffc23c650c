import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Schema } from '../core/schema.ts';
import { parseSlot } from '../core/schema-text.ts';
import { formatInputTypes } from './input-types.ts';
import { generateTransformApiTypes } from './transform-api-types.ts';
import { writePipelineTypes } from './types-file.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

const schemaOf = (fields: Record<string, string>): Schema => ({
  fields: Object.entries(fields).map(([name, text]) => ({ name, ...parseSlot(text) })),
});

const click = schemaOf({
  id: 'int64',
  ts: 'timestamp',
  delay: 'int?',
  url: 'string',
  geo: 'struct<lat: double, "place name": string?>?',
  tags: 'list<string?>',
  counts: 'map<string, int>',
  byDay: 'map<int, list<bool>>?',
  extra: 'json?',
  at: 'timestamp(ns)?',
});

const transform = (body: string) => `
import { defineTransform, drop, t, time } from 'parquetry';
import { hostOf } from './hosts.ts';
export default defineTransform({
  output: t.row({ id: t.int64(), day: t.date(), host: t.string().optional(), lat: t.double().optional() }),
  map: (click) => (${body}),
});
`;

describe('with nothing but the generated types', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-types-'));
    await writePipelineTypes(folder, click, { rest: true });
    await writeFile(path.join(folder, 'hosts.ts'), 'export const hostOf = (url: string) => new URL(url).host;\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const right = '{ id: click.id, day: time.date(click.ts), host: hostOf(click.url), lat: click.geo?.lat }';
  const table: [string, string, string | undefined][] = [
    ['a right transform compiles', right, undefined],
    ['drops compile', `click.delay === null ? drop('no delay') : ${right}`, undefined],
    [
      'nested values have their types',
      right.replace('click.geo?.lat', 'click.byDay?.get(1)?.[0] ? click.counts.a : click.tags.length'),
      undefined,
    ],
    ['_rest has its type', right.replace('hostOf(click.url)', 'String(click._rest?.more)'), undefined],
    ['a misspelt output key does not', right.replace('host:', 'hots:'), 'is not a field of the output'],
    ['a missing output key does not', right.replace('id: click.id,', ''), 'id'],
    ['a misspelt input key does not', right.replace('click.id', 'click.idd'), "'idd' does not exist"],
    ['a wrong type does not', right.replace('id: click.id', 'id: click.delay'), 'bigint'],
    ['a null that is not dealt with does not', right.replace('click.geo?.lat', 'click.geo.lat'), 'possibly'],
  ];
  it.each(table)('%s', async (_claim, body, complaint) => {
    await writeFile(path.join(folder, 'transform.ts'), transform(body));
    const output = await typeCheck(folder);
    if (complaint === undefined) expect(output).toBe('');
    else expect(output).toContain(complaint);
  });

  it('writes only what changed, and never over a tsconfig.json', async () => {
    const config = path.join(folder, 'tsconfig.json');
    await writeFile(config, '{ "extends": "./.parquetry/tsconfig.json", "compilerOptions": {} }');
    const before = await stat(path.join(folder, '.parquetry/types/parquetry.d.ts'));
    expect(await writePipelineTypes(folder, click, { rest: true })).toEqual([]);
    expect(await writePipelineTypes(folder, click, { rest: false })).toEqual(['.parquetry/types/input.d.ts']);
    expect((await stat(path.join(folder, '.parquetry/types/parquetry.d.ts'))).mtimeMs).toBe(before.mtimeMs);
    expect(await readFile(config, 'utf8')).toContain('"compilerOptions": {}');
  });

  it('the generated declarations themselves have no mistakes', async () => {
    await writeFile(path.join(folder, 'transform.ts'), transform(right));
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      '{ "extends": "./.parquetry/tsconfig.json", "compilerOptions": { "skipLibCheck": false } }',
    );
    expect(await typeCheck(folder)).toBe('');
  });
});

it('input.d.ts tells the schema type of each field', () => {
  const text = formatInputTypes(
    { ...schemaOf({ a: 'int?', s: 'struct<b: list<date>>', '*/': 'bool' }), version: 3 },
    { rest: false },
  );
  expect(text).toBe(`// Generated from the input schema, version 3. Do not edit; \`parquetry infer\` writes it anew.
import type { JsonValue, Timestamp } from 'parquetry';

declare module 'parquetry' {
  interface Register {
    input: {
      /** \`int?\` */
      a: number | null;
      /** \`struct\` */
      s: {
        /** \`list<date>\` */
        b: Array<string>;
      };
      /** \`bool\` */
      "*/": boolean;
    };
  }
}
`);
});

it('transform-api-types.generated.ts is what the transform API declares now', async () => {
  for (const [file, text] of Object.entries(await generateTransformApiTypes())) {
    expect(await readFile(path.join(repository, file), 'utf8'), `${file} is stale: run scripts/generate.ts`).toBe(text);
  }
});

function typeCheck(folder: string): Promise<string> {
  const tsc = path.join(repository, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], (_error, stdout) => resolve(stdout));
  });
}
