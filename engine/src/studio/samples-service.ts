import type { Target } from '../protocol/places.ts';
import type { SampleOrigin } from '../protocol/samples.ts';
import { embeddedAwsOf } from './embedded-aws.ts';
import { loadTarget } from './load-target.ts';
import { paced } from './paced.ts';
import type { SampleContext } from './samples/sample-texts.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Samples of a pipeline: which there are, and taking more of them. */
export function createSamplesService(workbench: Workbench): Service {
  const contextOf = async (from: SampleOrigin, target: Target, signal: AbortSignal): Promise<SampleContext> => {
    if (from.type !== 'file') workbench.requireTrust();
    const pipeline = await loadTarget(workbench, target);
    if (from.type === 'file') return { workbench, pipeline, settings: {}, signal };
    const { settings } = await embeddedAwsOf(workbench).of(pipeline);
    return { workbench, pipeline, settings, signal };
  };
  return {
    handlers: {
      async 'samples.list'({ folder }) {
        const { listSamples } = await import('./samples/list-samples.ts');
        return { files: await listSamples(workbench.within(folder)) };
      },
      async 'samples.cost'({ from, ...target }, { signal }) {
        const { sampleCost } = await import('./samples/sample-texts.ts');
        return sampleCost(from, await contextOf(from, target, signal));
      },
      async 'samples.take'({ from, limit, name, redact, ...target }, { signal, show }) {
        const { takeSamples } = await import('./samples/take-samples.ts');
        const shown = paced(show);
        const onRecords = (records: number) => shown({ records });
        return takeSamples({ from, limit, name, redact }, await contextOf(from, target, signal), onRecords);
      },
    },
  };
}
