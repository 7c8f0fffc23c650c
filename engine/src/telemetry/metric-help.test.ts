import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { METRIC_HELP } from './metric-help.ts';

const source = fileURLToPath(new URL('..', import.meta.url));

test('every metric that the engine counts is explained, and every explained one is counted', () => {
  const counted = new Set<string>();
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.includes('.test') || file.includes('generated')) continue;
    const text = readFileSync(path.join(source, file), 'utf8');
    for (const [, name] of text.matchAll(/metrics\.(?:count|gauge|observe)\(\s*'([^']+)'/g)) counted.add(name!);
  }
  expect([...counted].sort()).toEqual(Object.keys(METRIC_HELP).sort());
});
