import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TransformResult, TransformRunner } from '../../columns/transform.ts';
import { compileTransform } from '../compile.ts';
import { createTransformRunner } from '../runner.ts';
import { batchOf, createProject, deliveryOf, rowsOf } from '../testing.ts';
import { INPUT, MAPS, OUTPUT, records, STRICT_OUTPUT } from './transforms.test-support.ts';
import { TRICKY_MAPS, TRICKY_TOP } from './tricky-maps.test-support.ts';

const RUNS = 5;
const BATCHES = 3;

async function runnersOf(output: string, map: string): Promise<[columnar: TransformRunner, plain: TransformRunner]> {
  await using files = await createProject({
    'transform.ts': `import { defineTransform, drop, hash, hour, lookup, lower, matches, parseInteger, t, trim, upper, year } from 'parquetry';
const table = new Map([['', 'empty'], ['a', 'letter']]);
const sizes = new Map([['', 1], ['b', 2 ** 60]]);
let changed = new Map();
changed = new Map([['', 'changed']]);
${TRICKY_TOP}
export default defineTransform({ output: t.row(${output}), map: ${map} });`,
  });
  const compiled = await compileTransform(files.path('transform.ts'));
  const options = { pipeline: 'p', folder: '/' };
  return [
    await createTransformRunner(compiled, INPUT, options),
    await createTransformRunner(compiled, INPUT, { ...options, plain: true }),
  ];
}

/** All that a result says, as values of its own. */
function told({ output, origin, dropped, failed, undeclaredKeys }: TransformResult): object {
  const rows = rowsOf(output).map((row) => ({ ...row }));
  return { rows, types: output.columns.map(({ type }) => type), origin: [...origin], dropped, failed, undeclaredKeys };
}

describe('a transform over columns', () => {
  it.each([...MAPS, ...TRICKY_MAPS].map((map) => [map.includes('must') ? STRICT_OUTPUT : OUTPUT, map]))(
    'gives what it gives over records: %s %s',
    async (output, map) => {
      const [columnar, plain] = await runnersOf(output, map);
      const batches = fc.array(records, { minLength: 1, maxLength: BATCHES });
      await fc.assert(
        fc.asyncProperty(batches, async (all) => {
          for (const batch of all) {
            const deliveries = [deliveryOf()];
            const wanted = told(await plain.run(batchOf(INPUT, batch), deliveries));
            expect(told(await columnar.run(batchOf(INPUT, batch), deliveries))).toEqual(wanted);
          }
        }),
        { numRuns: RUNS },
      );
    },
  );
});
