import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** What samples cost and how they could cost less. */
export function createProfileService(workbench: Workbench): Service {
  let measures: import('./plan/measures-cache.ts').MeasuresCache | undefined;
  return {
    handlers: {
      async 'profile.run'({ isAgain, ...target }, { signal, show }) {
        const { loadTarget } = await import('./load-target.ts');
        const { profilePipeline } = await import('./profile/profile-pipeline.ts');
        const pipeline = await loadTarget(workbench, target);
        const samples = target.samples?.map((file) => workbench.within(file));
        const pipelineText = await workbench.read(pipeline.file);
        const { MeasuresCache } = await import('./plan/measures-cache.ts');
        measures ??= new MeasuresCache({ depth: 'all' });
        const inputs = { samples, texts: workbench.overlays, pipelineText, measures };
        return profilePipeline(pipeline, inputs, { signal, show, isAgain });
      },
    },
  };
}
