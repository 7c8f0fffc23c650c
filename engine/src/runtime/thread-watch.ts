import type { Logger, Metrics } from '../core/telemetry.ts';
import type { ProfileTarget } from './cpu-profile.ts';
import { collectGarbage } from './garbage.ts';
import { watchGc } from './gc-watch.ts';
import type { LaneJob } from './lane-job.ts';

/** Watches a lane's own thread while it works, and keeps its heap small. Returns what ends that, with the last figures told and the profile written. */
export async function watchThread(
  { lane, pipeline, profileFolder: folder }: Pick<LaneJob, 'lane' | 'pipeline' | 'profileFolder'>,
  { logger, metrics }: { logger: Logger; metrics: Metrics },
): Promise<() => Promise<void>> {
  const endGcWatch = watchGc(metrics, lane);
  const endCollecting = collectGarbage();
  const profile =
    folder === undefined
      ? undefined
      : await profileOf({ folder, pipeline: pipeline.name, thread: `lane-${lane}` }, logger);
  return async () => {
    endCollecting();
    await profile?.();
    endGcWatch();
  };
}

async function profileOf(target: ProfileTarget, logger: Logger): Promise<() => Promise<void>> {
  const { startCpuProfile } = await import('./cpu-profile.ts');
  return startCpuProfile(target, logger);
}
