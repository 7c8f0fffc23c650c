import { createHash, randomBytes } from 'node:crypto';
import type { Replay } from '../core/source.ts';

export interface FileNameFacts {
  readonly pipeline: string;
  readonly partition: string;
  readonly extension: string;
  readonly replay: Replay;
  /** When the file closed for writing; its name is kept over all retries from here on. */
  readonly nowMs: number;
  /** Id of the first delivery in the file. */
  readonly firstDelivery: string;
}

/**
 * The file's name below the sink's prefix. Ordered sources replay to the same name, made from the first position;
 * unordered ones get a time for people and a random part against collisions.
 */
export function fileName({ pipeline, partition, extension, replay, nowMs, firstDelivery }: FileNameFacts): string {
  const unique = replay === 'ordered' ? positionOf(firstDelivery) : `${stamp(nowMs)}-${randomBytes(8).toString('hex')}`;
  const name = `${pipeline}-${unique}.${extension}`;
  return partition === '' ? name : `${partition}/${name}`;
}

function positionOf(delivery: string): string {
  return createHash('sha256').update(delivery).digest('hex').slice(0, 24);
}

/** 20261121T081530Z */
function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
}
