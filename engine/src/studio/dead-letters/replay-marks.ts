import { randomUUID } from 'node:crypto';
import type { LetterFiles } from './letter-files.ts';

/** Lines, from and to inclusive, ascending and apart. */
export type LineRanges = readonly (readonly [number, number])[];

/**
 * What became of a file of letters; a small object below `_replayed/`, so that the letters themselves are never touched. It is also
 * the claim of whoever is replaying them: a mark that is `running` and fresh belongs to a replay that is under way.
 */
export interface ReplayMark {
  readonly version: 1;
  readonly state: 'running' | 'stopped';
  readonly claim: string;
  readonly updatedAt: string;
  readonly replayed: LineRanges;
}

/** A replay that has said nothing for this long is dead, and its file may be taken over. It says something four times as often. */
export const STALE_CLAIM_MS = 2 * 60_000;

/** Folder of the marks; it sorts before all letters. */
export const MARKS = '_replayed/';

export function markName(file: string): string {
  return `${MARKS}${file}.json`;
}

/** The mark of a file; undefined if it was never replayed. */
export async function readMark(files: LetterFiles, file: string, signal: AbortSignal): Promise<ReplayMark | undefined> {
  const bytes = await files.read(markName(file), signal);
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as ReplayMark);
}

/** A file that is ours until `stop`. */
export interface ClaimedFile {
  isReplayed(line: number): boolean;
  /** Notes lines in memory; `save` makes it durable. */
  add(lines: readonly number[]): void;
  save(): Promise<void>;
  /** Saves, and lets others go on with what is left. */
  stop(): Promise<void>;
}

/** Claims a file, or answers undefined because another replay has it. */
export async function claimFile(
  files: LetterFiles,
  file: string,
  now: () => number,
  signal: AbortSignal,
): Promise<ClaimedFile | undefined> {
  const claim = randomUUID();
  let replayed: LineRanges = [];
  const bytesOf = (state: ReplayMark['state']) => {
    const mark: ReplayMark = { version: 1, state, claim, updatedAt: new Date(now()).toISOString(), replayed };
    return Buffer.from(`${JSON.stringify(mark)}\n`);
  };
  if (!(await files.create(markName(file), bytesOf('running')))) {
    const mark = await readMark(files, file, signal);
    const isOurs = mark?.claim === claim; // the answer of a first attempt was lost
    const isFresh = mark?.state === 'running' && now() - Date.parse(mark.updatedAt) < STALE_CLAIM_MS;
    if (isFresh && !isOurs) return undefined;
    replayed = mark?.replayed ?? [];
    await files.replace(markName(file), bytesOf('running'));
  }
  // One after the other, so that an older state never replaces a newer one.
  let saving = Promise.resolve();
  const save = (state: ReplayMark['state']) => {
    const saved = saving.then(() => files.replace(markName(file), bytesOf(state)));
    saving = saved.catch(() => undefined);
    return saved;
  };
  return {
    isReplayed: (line) => includesLine(replayed, line),
    add: (lines) => {
      replayed = withLines(replayed, lines);
    },
    save: () => save('running'),
    stop: () => save('stopped'),
  };
}

export function includesLine(ranges: LineRanges, line: number): boolean {
  return ranges.some(([from, to]) => line >= from && line <= to);
}

/** The ranges with more lines in them; neighbours become one. */
export function withLines(ranges: LineRanges, lines: readonly number[]): LineRanges {
  const all = [...ranges, ...lines.map((line) => [line, line] as const)].sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of all) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
