import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { staleFiles } from '../../../scripts/generate.ts';
import { loadComponents } from '../pipeline/components.ts';
import { fileJsonSchema, propertyNames } from '../pipeline/json-schema.ts';

const reference = new URL('../../../docs/reference/', import.meta.url);

test('registry, JSON Schema, reference pages and types are what `node scripts/generate.ts` writes', async () => {
  expect(await staleFiles()).toEqual([]);
});

test('every key of the pipeline file is in the reference', async () => {
  const pages = (await readdir(reference)).filter((name) => name.endsWith('.md'));
  const text = (await Promise.all(pages.map((name) => readFile(new URL(name, reference), 'utf8')))).join('\n');
  const missing = [...propertyNames(fileJsonSchema(await loadComponents()))].filter(
    (name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(text),
  );
  expect(missing).toEqual([]);
});
