import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Target } from '../protocol/places.ts';
import { embeddedAwsOf } from './embedded-aws.ts';
import { loadTarget } from './load-target.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Queues, buckets and objects of a pipeline's account. Reads only. */
export function createCloudService(workbench: Workbench): Service {
  const accountOf = async (target: Target) => {
    const pipeline: CheckedPipeline = await loadTarget(workbench, target);
    const { settings } = await embeddedAwsOf(workbench).of(pipeline);
    return { pipeline, settings };
  };
  return {
    handlers: {
      async 'cloud.queues'({ all = false, ...target }, { signal }) {
        const { pipeline, settings } = await accountOf(target);
        const { listQueues, lookAtQueues } = await import('./cloud/queues.ts');
        const { queuesOf } = await import('./cloud/provision.ts');
        const named = queuesOf(pipeline);
        const others = all ? await listQueues(settings, signal) : [];
        const queues = withoutRepeats([...named, ...others]);
        return { queues: await lookAtQueues(queues, named.length, settings, signal) };
      },
      async 'cloud.buckets'({ all = false, ...target }, { signal }) {
        const { pipeline, settings } = await accountOf(target);
        const { listBuckets } = await import('./cloud/objects.ts');
        const { bucketsOf } = await import('./cloud/provision.ts');
        const others = all ? await listBuckets(settings, signal) : [];
        return { buckets: [...new Set([...bucketsOf(pipeline), ...others])] };
      },
      async 'cloud.objects'({ bucket, prefix, ...target }, { signal }) {
        const { settings } = await accountOf(target);
        const { listObjects } = await import('./cloud/objects.ts');
        return listObjects({ bucket, prefix }, settings, signal);
      },
      async 'cloud.profiles'() {
        const { listProfiles } = await import('./cloud/profiles.ts');
        return { profiles: await listProfiles() };
      },
    },
  };
}

/** Queues may be named in several ways; the last part of a name, a URL and an ARN is the same. */
function withoutRepeats(queues: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const queue of queues) {
    const name = queue.split(/[:/]/).at(-1)!;
    if (!byName.has(name)) byName.set(name, queue);
  }
  return [...byName.values()];
}
