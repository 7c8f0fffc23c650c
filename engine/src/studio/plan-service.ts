import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** What a steady rate becomes: files, memory, money. */
export function createPlanService(workbench: Workbench): Service {
  let measures: import('./plan/measures-cache.ts').MeasuresCache | undefined;
  return {
    handlers: {
      async 'plan.run'(
        { samples, recordsPerS, recordsPerMessage, partitions, asksAccount = true, ...target },
        context,
      ) {
        const { readTarget } = await import('./load-target.ts');
        const { askAccount } = await import('./plan/ask-account.ts');
        const { checkFolder } = await import('./language/check.ts');
        const { planPipeline } = await import('./plan/plan-pipeline.ts');
        const { checkTraffic } = await import('./plan/check-traffic.ts');
        const { MeasuresCache } = await import('./plan/measures-cache.ts');
        measures ??= new MeasuresCache();
        const traffic = checkTraffic({ recordsPerS, recordsPerMessage, partitions });
        const { pipeline, reading } = await readTarget(workbench, target);
        return planPipeline(
          pipeline,
          {
            ...{ traffic, measures, reading, texts: workbench.overlays },
            samples: samples?.map((file) => workbench.within(file)),
            pipelineText: await workbench.read(pipeline.file),
            async diagnose() {
              const [{ diagnoses }, found] = await Promise.all([
                checkFolder(workbench, target),
                asksAccount ? askAccount(pipeline, traffic) : [],
              ]);
              return [...diagnoses, ...found];
            },
          },
          context,
        );
      },
    },
  };
}
