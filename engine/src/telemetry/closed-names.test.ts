import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LOG_EVENTS } from '../core/log-events.ts';
import { INSTRUMENTS, type MetricName } from './instruments.ts';

const source = fileURLToPath(new URL('..', import.meta.url));

const texts = readdirSync(source, { recursive: true, encoding: 'utf8' })
  // Tools of language models are named alike, and are no metrics.
  .filter(
    (file) => file.endsWith('.ts') && !/\.test|generated/.test(file) && file !== path.join('protocol', 'tools.ts'),
  )
  .map((file) => readFileSync(path.join(source, file), 'utf8'));

/** Names that the engine's code hands to one of these functions, sorted. */
function used(call: RegExp): string[] {
  return [...new Set(texts.flatMap((text) => Array.from(text.matchAll(call), ([, name]) => name!)))].sort();
}

test('every metric that the engine counts or reads off is in the list of instruments, and every instrument is used', () => {
  const counted = used(/(?:metrics\.(?:count|gauge|observe)\(|\b(?:one|many)\(|\bname:)\s*'(parquetry_[a-z0-9_]+)'/g);
  expect(counted).toEqual(Object.keys(INSTRUMENTS).sort());
});

test('the name of an instrument says its kind and its unit', () => {
  for (const [name, { kind }] of Object.entries(INSTRUMENTS))
    expect([name, kind === 'counter']).toEqual([name, name.endsWith('_total')]);
});

test('a metric is counted with the labels that its instrument has', () => {
  const calls = texts.flatMap((text) => [
    ...text.matchAll(/\.(?:count|gauge|observe)\(\s*'(parquetry_\w+)',([^;]*?)\);/g),
  ]);
  const given = calls.map(([, name, rest]) => [name!, labelsIn(rest!)] as const).filter(([, labels]) => labels);
  const known = given.map(([name]) => [name, INSTRUMENTS[name as MetricName].labels?.join()]);
  expect(given).toEqual(known);
});

/** Undefined where they are not written at the place. */
function labelsIn(rest: string): string | undefined {
  const keys = /\{([^}]*)\}/
    .exec(rest)?.[1]
    ?.split(',')
    .map((pair) => pair.split(':')[0]!.trim());
  return keys ? keys.join() : /,\s*\w+,?\s*$/.test(rest) ? undefined : '';
}

test('every event that the engine logs is in the list of events, and every event of the list is logged', () => {
  expect(used(/\blogger(?:\??\.\w+|\[[^\]]+\])\(\s*'([^']+)'/g)).toEqual(Object.keys(LOG_EVENTS).sort());
});

test('the guide names no metric that there is not, and every metric of the Go library that Parquetry replaces', () => {
  const pages = path.join(source, '..', '..', 'docs');
  const guides = readdirSync(pages).filter((file) => file.endsWith('.md') && file !== 'language-models.md');
  const named = guides.flatMap(
    (file) => readFileSync(path.join(pages, file), 'utf8').match(/parquetry_[a-z_]+[a-z]/g) ?? [],
  );
  expect(named.filter((name) => !Object.hasOwn(INSTRUMENTS, name))).toEqual([]);
  const guide = readFileSync(path.join(pages, 'telemetry.md'), 'utf8');
  const replaced = new Set(guide.match(/`(ingestor|source_sqs)_[a-z_]+`/g));
  expect(replaced.size).toBe(31 + 13);
});
