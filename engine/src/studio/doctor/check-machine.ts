import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { size } from '../../core/quantities.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { type Finding, failure, ok, skipped, warning } from './finding.ts';

const OLDEST_NODE = [22, 15] as const;
/** What the process needs beside batch.memory: itself, and each lane's code, heap and buffers. */
export const PROCESS_BYTES = 150 * 2 ** 20;
export const LANE_BYTES = 100 * 2 ** 20;
/** Local files that are written side by side. */
const FILES_AT_ONCE = 4;

/** `v24.1.0` and the like. Pure. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return isOld
    ? failure('node', version, `Install Node ${OLDEST_NODE.join('.')} or later; 24 is what Parquetry is tested on.`)
    : ok('node', version);
}

/** Whether the pipeline's budget fits what this process may use. Pure. */
export function checkMemory(pipeline: Pick<CheckedPipeline, 'batch'>, lanes: number, availableBytes: number): Finding {
  const needed = pipeline.batch.memoryBytes + lanes * LANE_BYTES + PROCESS_BYTES;
  const parts = `batch.memory ${size(pipeline.batch.memoryBytes)} + ${lanes} × ${size(LANE_BYTES)} for lanes`;
  const evidence = `about ${size(needed)} (${parts}) of ${size(availableBytes)}`;
  if (needed <= availableBytes) return ok('memory', evidence);
  return warning('memory', evidence, 'Lower batch.memory or lanes, or raise the memory limit of the container.');
}

/** The container's limit where there is one, else the machine's memory. */
export function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < os.totalmem() ? limit : os.totalmem();
}

/** Room for files and spooled row groups in the folders that the pipeline writes to. */
export async function checkDisk(pipeline: CheckedPipeline): Promise<Finding[]> {
  const { sinks, errors, folder, batch } = pipeline;
  const local = sinks.flatMap(({ sink }) => {
    if (!('type' in sink) || sink.type !== 'file') return [];
    return [path.resolve(folder, String(sink.config.path))];
  });
  const folders = new Set([...local, ...(errors.to.type === 'file' ? [errors.to.path] : [])]);
  const spool = { place: batch.spool.folder ?? os.tmpdir(), needsBytes: batch.spool.maxBytes };
  const files = Array.from(folders, (place) => ({ place, needsBytes: FILES_AT_ONCE * batch.targetSizeBytes }));
  return Promise.all([spool, ...files].map(roomIn));
}

async function roomIn({ place, needsBytes }: { place: string; needsBytes: number }): Promise<Finding> {
  const existing = await nearestExisting(place);
  if (!existing) return skipped('disk', `${place} cannot be looked at`);
  const freeBytes = existing.stats.bavail * existing.stats.bsize;
  const evidence = `${size(freeBytes)} free in ${place}`;
  if (freeBytes >= needsBytes) return ok('disk', evidence);
  return warning(
    'disk',
    evidence,
    `Make room for ${size(needsBytes)}: on a full disk files become smaller, or cannot be written.`,
  );
}

/** Folders are made when they are needed. */
async function nearestExisting(place: string) {
  for (let at = place; ; at = path.dirname(at)) {
    const stats = await statfs(at).catch(() => undefined);
    if (stats) return { stats };
    if (path.dirname(at) === at) return undefined;
  }
}
