import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Cases of `transform.test.yaml`: which there are, and what becomes of them. */
export function createTransformTestService(workbench: Workbench): Service {
  return {
    handlers: {
      async 'tests.list'({ folder }) {
        const { listCases } = await import('./tests/run-folder.ts');
        return { cases: await listCases(workbench, folder) };
      },
      async 'tests.run'(params, context) {
        const { runCases } = await import('./tests/run-folder.ts');
        return { results: await runCases(workbench, params, context) };
      },
    },
  };
}
