import os from 'node:os';
import { systemClock } from '../core/clock.ts';
import type { Logger } from '../core/telemetry.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { removeLeftovers, Spool } from './spool.ts';

/** The spool of a run, after what runs that died have left was removed; undefined where nothing is to be spooled. */
export async function createSpool({ batch }: CheckedPipeline, logger: Logger): Promise<Spool | undefined> {
  const { folder = os.tmpdir(), maxBytes } = batch.spool;
  await removeLeftovers(folder, systemClock.now());
  if (maxBytes === 0) return undefined;
  const settings = { folder, maxBytes, isDefault: batch.spool.folder === undefined };
  return new Spool(settings, logger, () => systemClock.now());
}
