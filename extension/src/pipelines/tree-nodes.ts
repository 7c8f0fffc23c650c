import path from 'node:path';
import type { ObjectInfo, QueueInfo } from '../../../engine/src/protocol/cloud.ts';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';

/** Something of the tree; what it takes to name it to a command is in it. */
export type TreeNode =
  | { readonly type: 'pipeline'; readonly folder: string; readonly name: string; readonly environment?: string }
  | { readonly type: 'group'; readonly group: Group; readonly folder: string }
  | { readonly type: 'file'; readonly folder: string; readonly file: string }
  | { readonly type: 'environment'; readonly folder: string; readonly environment?: string; readonly isChosen: boolean }
  | { readonly type: 'queue'; readonly folder: string; readonly queue: string; readonly info: QueueInfo }
  | { readonly type: 'bucket'; readonly folder: string; readonly bucket: string; readonly prefix?: string }
  | { readonly type: 'object'; readonly folder: string; readonly uri: string; readonly info: ObjectInfo }
  | { readonly type: 'note'; readonly text: string; readonly isProblem: boolean };

export type Group = 'samples' | 'environments' | 'queues' | 'buckets';

/** What lies below a pipeline; nothing of it asks an account. */
export function pipelineChildren({ folder, file, transform, samples, environments }: PipelineEntry): TreeNode[] {
  const files = [file, ...(transform === undefined ? [] : [transform])];
  const groups: Group[] = [
    ...(samples.length > 0 ? (['samples'] as const) : []),
    ...(environments.length > 0 ? (['environments'] as const) : []),
    'queues',
    'buckets',
  ];
  return [
    ...files.map((each): TreeNode => ({ type: 'file', folder, file: each })),
    ...groups.map((group): TreeNode => ({ type: 'group', group, folder })),
  ];
}

/** The environments of a pipeline, and none. */
export function environmentNodes({ folder, environments }: PipelineEntry, chosen: string | undefined): TreeNode[] {
  return [...environments, undefined].map((environment) => ({
    type: 'environment',
    folder,
    environment,
    isChosen: environment === chosen,
  }));
}

/** "1,204 waiting, oldest 3 min · 12 in flight · dead letters to clicks-dlq". */
export function describeQueue({ messages, oldestS, inFlight, isFifo, deadLetterQueue, problem }: QueueInfo): string {
  if (problem !== undefined) return problem;
  const oldest = oldestS === undefined ? '' : `, oldest ${age(oldestS * 1_000)}`;
  return [
    `${messages.toLocaleString('en')} waiting${oldest}`,
    inFlight > 0 ? `${inFlight.toLocaleString('en')} in flight` : '',
    isFifo ? 'FIFO' : '',
    deadLetterQueue === undefined ? '' : `dead letters to ${deadLetterQueue}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** "1.4 MiB · 3 min ago". */
export function describeObject({ sizeBytes, modifiedAtMs }: ObjectInfo, nowMs: number): string {
  return `${bytes(sizeBytes)} · ${ago(nowMs - modifiedAtMs)}`;
}

/** An object's name below the folder that is looked at. */
export function objectLabel({ key }: ObjectInfo, prefix = ''): string {
  return key.startsWith(prefix) ? key.slice(prefix.length) : path.posix.basename(key);
}

function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  const value = count / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

function ago(ms: number): string {
  return ms < 60_000 ? 'just now' : `${age(ms)} ago`;
}

function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} days`;
}
