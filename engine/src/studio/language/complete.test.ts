import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ComponentSet, loadComponents } from '../../pipeline/components.ts';
import type { Completion } from '../../protocol/workspace.ts';
import { answersEverywhere, applied, examples, offersKnownKeys } from './complete.test-support.ts';
import { completionsAt } from './complete.ts';
import { cursorAt } from './cursor.ts';

let components: ComponentSet;
beforeAll(async () => {
  components = await loadComponents();
});

/** Completions at the `|` of a text. */
function at(marked: string): readonly Completion[] {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const cursor = cursorAt(text, offset);
  return cursor ? completionsAt(text, cursor, components) : [];
}

function labels(marked: string): string[] {
  return at(marked).map(({ label }) => label);
}

/** The text after the completion was taken, tab stops filled in with their presets. */
function taken(marked: string, label: string): string {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const item = at(marked).find((one) => one.label === label);
  if (!item) throw new Error(`${label} is not offered, but ${labels(marked).join(', ')}`);
  return applied(text, offset, item);
}

describe('keys', () => {
  test('of an empty file are all there are, the required ones first', () => {
    expect(labels('|').slice(0, 3)).toEqual(['name', 'source', 'sinks']);
    expect(labels('|')).toContain('environments');
  });

  test.each([
    ['half typed between others', 'name: a\nba|\nsinks: [ stdout: ]', 'batch'],
    ['on an empty line of a map', 'batch:\n  maxAge: 5m\n  |\nsinks: []', 'targetSize'],
    ['on an empty line below a key', 'batch:\n  |\nsinks: []', 'targetSize'],
    ['in an item of a list', 'sinks:\n  - |', 's3'],
    ['in a component in a list', 'sinks:\n  - s3:\n      bucket: a\n      |', 'partitionBy'],
    ['in a flow map', 'batch: { maxAge: 5m, | }', 'targetSize'],
    ['in a flow map that does not end', 'batch: { ma|', 'maxAge'],
    ['in a flow list', 'sinks: [ | ]', 's3'],
    ['in an environment', 'environments:\n  local:\n    |', 'batch'],
    ['deep in an environment', 'environments: { local: { batch: { | } } }', 'maxAge'],
    ['beside a constant that tells maps apart', 'lanes:\n  mode: fixed\n  |', 'count'],
    ['of environments', 'environments:\n  |', 'local'],
  ])('%s are offered', (_, marked, label) => {
    expect(labels(marked)).toContain(label);
  });

  test.each([
    ['a key that is there', 'name: a\n|', 'name'],
    ['another source beside one', 'source:\n  sqs: { queue: a }\n  |', 'file'],
    ['a key of the other map', 'lanes:\n  mode: fixed\n  |', 'max'],
    ['a second encoder', 'sinks:\n  - s3:\n      bucket: a\n      parquet: {}\n      |', 'ndjson'],
    ['the name in an environment', 'environments:\n  local:\n    |', 'name'],
    ['anything in a comment', 'batch: # |', 'maxAge'],
  ])('do not offer %s', (_, marked, label) => {
    expect(labels(marked)).not.toContain(label);
  });

  test('bring what they need, in the style of the place', () => {
    expect(taken('source:\n  |', 'sqs')).toBe('source:\n  sqs:\n    queue: ');
    expect(taken('source: { | }', 'sqs')).toBe('source: { sqs: { queue:  } }');
    expect(taken('sinks:\n  - |', 's3')).toBe('sinks:\n  - s3:\n      bucket: ');
    expect(taken('batch:\n  ma|', 'maxAge')).toBe('batch:\n  maxAge: 5m');
    expect(taken('ba|: { maxAge: 5m }', 'batch')).toBe('batch: { maxAge: 5m }');
  });
});

describe('values', () => {
  test.each([
    ['of a closed list', 'delivery: |', ['exactly-once', 'at-least-once']],
    ['half typed in a flow map', 'errors: { record: de| }', ['dead-letter', 'drop']],
    ['switches', 'input: { rest: | }', ['true', 'false']],
    ['defaults', 'batch:\n  targetSize: |', ['128MiB']],
    ['units of a number', 'batch:\n  maxAge: 10|', ['10ms', '10s', '10m', '10h', '10d']],
    ['a word or a map', 'aws: |', ['embedded']],
    [
      'queues that the file names',
      'source: { sqs: { queue: clicks } }\nerrors: { to: { sqs: { queue: | } } }',
      ['clicks'],
    ],
    ['in quotes', 'delivery: "|"', ['exactly-once']],
    ['variables that the file names', `name: "\${env:STAGE}-a"\ninput:\n  schema: |`, [`\${env:STAGE}`, `\${env:…}`]],
  ])('%s are offered', (_, marked, wanted) => {
    expect(labels(marked)).toEqual(expect.arrayContaining(wanted));
  });
});

describe('in an example', () => {
  const file = path.join(examples, 'flights/pipeline.yaml');
  const text = readFileSync(file, 'utf8');

  test('completion and hover answer wherever the cursor is', async () => {
    await answersEverywhere(file, (offset) => offset % 5 === 0);
  });

  test('no key that is offered is unknown once it is taken', async () => {
    const behindSteps = Array.from(text.matchAll(/^ +|[{,] /gm), ({ index, 0: found }) => index + found.length);
    await offersKnownKeys(file, behindSteps);
  });
});
