import { transform } from 'esbuild';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TransformRunner } from '../../columns/transform.ts';
import { type CompiledTransform, compileTransform } from '../compile.ts';
import { createTransformRunner } from '../runner.ts';
import { batchOf, createProject, deliveryOf, rowsOf } from '../testing.ts';
import { AROUND, INPUT, maps, OUTPUT, RECORDS } from './generated-maps.test-support.ts';

const RUNS = 50;
const PLACEHOLDER = '"the map"';

/** A transform whose `map` is put in by text: to bundle each anew would take most of the time. */
async function compileAround(): Promise<CompiledTransform> {
  await using files = await createProject({
    'transform.ts': `import { defineTransform, drop, lookup, lower, t } from 'parquetry';
      ${AROUND}
      export default defineTransform({ output: t.row(${OUTPUT}), map: ${PLACEHOLDER} });`,
  });
  return await compileTransform(files.path('transform.ts')); // before the file is gone
}

async function resultsOf(runner: TransformRunner): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const records of [RECORDS, RECORDS.toReversed()]) {
    const { output, origin, ...account } = await runner.run(batchOf(INPUT, records), [deliveryOf()]);
    results.push({ rows: rowsOf(output), origin: [...origin], ...account });
  }
  return results;
}

function bigintText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

it('a map gives over columns what it gives over records, however it is written', async () => {
  const around = await compileAround();
  const options = { pipeline: 'p', folder: '/' };
  const write = async (map: string) => transform(`(${map})`, { minifyWhitespace: true }).catch(() => undefined);
  await fc.assert(
    fc.asyncProperty(maps, async (map) => {
      const written = await write(map);
      fc.pre(written !== undefined); // two declarations of one name in a block
      const compiled = { ...around, code: around.code.replace(PLACEHOLDER, () => written!.code.replace(/;\n?$/, '')) };
      const plain = await resultsOf(await createTransformRunner(compiled, INPUT, { ...options, plain: true }));
      fc.pre(!JSON.stringify(plain, bigintText).includes('Maximum call stack')); // how deep that is depends on the engine
      const columnar = await createTransformRunner(compiled, INPUT, options);
      expect(await resultsOf(columnar)).toEqual(plain);
    }),
    { numRuns: RUNS },
  );
});
