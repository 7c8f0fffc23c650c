import { mkdir, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import type { Logger } from '../core/telemetry.ts';

/** Where a profile goes and what it is called: `clicks-lane-0-20260102T030405Z.cpuprofile`. */
export interface ProfileTarget {
  /** Made where it is missing. */
  readonly folder: string;
  readonly pipeline: string;
  /** `main` or `lane-0`. */
  readonly thread: string;
}

/**
 * Takes a CPU profile of the calling thread from now on. Returns what stops and writes it: editors and browsers' developer tools
 * open the file. Neither ever rejects: a run is not disturbed by a folder that cannot be written to, it is logged.
 */
export async function startCpuProfile(target: ProfileTarget, logger: Logger): Promise<() => Promise<void>> {
  const startedAt = new Date();
  const session = new Session();
  try {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
  } catch (thrown) {
    failed(logger, target, thrown);
    return async () => undefined;
  }
  return async () => {
    try {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      const file = path.join(target.folder, profileName(target, startedAt));
      await mkdir(target.folder, { recursive: true });
      await writeFile(file, JSON.stringify(profile));
      logger.info('profile.written', { thread: target.thread, file });
    } catch (thrown) {
      failed(logger, target, thrown);
    }
  };
}

function profileName({ pipeline, thread }: ProfileTarget, startedAt: Date): string {
  const time = startedAt.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${pipeline}-${thread}-${time}.cpuprofile`;
}

function failed(logger: Logger, { thread, folder }: ProfileTarget, thrown: unknown): void {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  logger.warn('profile.failed', { thread, folder, message });
}
