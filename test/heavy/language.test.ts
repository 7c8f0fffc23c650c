import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadComponents } from '../../engine/src/pipeline/components.ts';
import { readPipelineText } from '../../engine/src/pipeline/file.ts';
import { pipelineFolder } from '../../engine/src/pipeline/pipeline-folder.test-support.ts';
import type { Problem } from '../../engine/src/pipeline/problems.ts';
import { applyChanges } from '../../engine/src/pipeline/set-in-file.ts';
import { checkFolder } from '../../engine/src/studio/language/check.ts';
import {
  answersEverywhere,
  examples,
  offersKnownKeys,
} from '../../engine/src/studio/language/complete.test-support.ts';
import { completeAt } from '../../engine/src/studio/language/complete.ts';
import { Descriptions } from '../../engine/src/studio/language/descriptions.ts';
import { fixesOf } from '../../engine/src/studio/language/fixes.ts';
import { hoverAt } from '../../engine/src/studio/language/hover.ts';
import { positionAt } from '../../engine/src/studio/language/text-position.ts';
import { Workbench } from '../../engine/src/studio/workbench.ts';

const files = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => path.basename(name) === 'pipeline.yaml' && !name.includes('node_modules'))
  .map((name) => path.join(examples, name));

/** From one offset whose every offer is taken to the next: each takes a check of the whole file. */
const STEP = 5;

describe.each(files.map((file) => [path.relative(examples, file), file]))('%s', (_, file) => {
  test('at every offset completion and hover answer', async () => {
    await answersEverywhere(file, () => true);
  });

  test('no key that is offered anywhere is unknown once it is taken', async () => {
    const { length } = readFileSync(file, 'utf8');
    const offsets = Array.from({ length: Math.ceil((length + 1) / STEP) }, (_, i) => i * STEP);
    expect(await offersKnownKeys(file, offsets)).toBeGreaterThan(20);
  });
});

const words = [
  'batch',
  'sinks',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '&a',
  '*a',
  '|',
  '>',
  '\n',
  '  ',
  '\t',
  '!x',
  `\${env:`,
  '---',
  '?',
  ',',
];

test('nothing that is typed, cut or pasted into a file makes completion, hover or a check fail', async () => {
  const file = path.join(examples, 'flights/pipeline.yaml');
  const text = readFileSync(file, 'utf8');
  const workbench = new Workbench();
  workbench.open([examples], false);
  const outputs = new Map([[path.dirname(file), { fields: [], hasPrefetch: false }]]);
  const spot = fc.nat({ max: text.length });
  const edit = fc.tuple(spot, fc.nat({ max: 40 }), fc.array(fc.constantFrom(...words), { maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), spot, async (edits, at) => {
      const broken = edits.reduce(
        (now, [from, cut, some]) => now.slice(0, from) + some.join('') + now.slice(from + cut),
        text,
      );
      workbench.overlay(file, broken);
      const position = { file, ...positionAt(broken, Math.min(at, broken.length)) };
      await completeAt(workbench, position, outputs);
      await hoverAt(workbench, position);
      await checkFolder(workbench, { folder: path.dirname(file) });
    }),
    { numRuns: 500 },
  );
});

test('each fix mends what it is offered for, and leaves a file that can be read', async () => {
  const file = path.join(examples, 'flights/pipeline.yaml');
  const text = readFileSync(file, 'utf8');
  const components = await loadComponents();
  const problemsOf = async (now: string) => (await readPipelineText(now, file, { components, variables: {} })).problems;
  const typed = ['', 'x', '  ', '1', 'mib', ' min', '{}', '[]', 'z: 1, ', '\n  y: 2\n', `\${env:ZZ}`];
  const edit = fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 6 }), fc.constantFrom(...typed));
  let applied = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 2 }), async (edits) => {
      const broken = edits.reduce((now, [from, cut, some]) => now.slice(0, from) + some + now.slice(from + cut), text);
      for (const problem of await problemsOf(broken)) {
        for (const fix of fixesOf(problem, { file, text: broken, components })) {
          const after = await problemsOf(applyChanges(broken, fix.edits));
          const isLeft = ({ message, origin }: Problem) =>
            message.startsWith('YAML') || (message === problem.message && origin?.line === problem.origin?.line);
          expect(after.filter(isLeft), `${fix.title} in:\n${broken}`).toEqual([]);
          applied++;
        }
      }
    }),
    { numRuns: 500, examples: [[[[text.indexOf('lanes'), 1, '']]]] },
  );
  expect(applied).toBeGreaterThan(0);
});

test('checks at the same time load the transform once, and again once what it did not find is there', async () => {
  const code = `import { readFileSync } from 'node:fs';
import { defineTransform, t } from 'parquetry';
readFileSync(process.env.PARQUETRY_TEST_TABLE!);
export default defineTransform({ output: t.row({ id: t.int() }), map: ({ id }) => ({ id }) });
`;
  const yaml = 'name: clicks\nsource: { stdin: }\ntransform: ./transform.ts\nsinks: [ stdout: ]\n';
  await using folder = await pipelineFolder(yaml, { 'transform.ts': code });
  const workbench = new Workbench();
  workbench.open([folder.path], true);
  const descriptions = new Descriptions();
  const check = async () => (await checkFolder(workbench, { folder: folder.path }, descriptions)).diagnoses;
  let threads = 0;
  const count = () => void threads++;
  process.on('worker', count);
  const table = path.join(folder.path, 'table.json');
  process.env.PARQUETRY_TEST_TABLE = table;
  try {
    const missing = { severity: 'error', message: expect.stringContaining('ENOENT') };
    expect(await Promise.all([check(), check(), check()])).toMatchObject([[missing], [missing], [missing]]);
    expect(threads).toBe(1);
    writeFileSync(table, '{}');
    expect([await check(), await check()]).toEqual([[], []]);
    expect(threads).toBe(2);
  } finally {
    delete process.env.PARQUETRY_TEST_TABLE;
    process.off('worker', count);
  }
});
