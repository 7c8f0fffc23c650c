import { mapAhead } from '../../core/map-ahead.ts';
import type { LetterFiles } from './letter-files.ts';
import type { LetterBatch, LetterStore } from './letter-store.ts';
import {
  type ClaimedFile,
  claimFile,
  includesLine,
  MARKS,
  markName,
  type ReplayMark,
  readMark,
  STALE_CLAIM_MS,
} from './replay-marks.ts';
import { isSelected, type Selection } from './selection.ts';
import { letterOfLine, type StoredLetter } from './stored-letter.ts';

export interface FileStorePorts {
  readonly now: () => number;
  /** Told of each file that another replay has in its hands. */
  onClaimedElsewhere(file: string): void;
}

/** Marks are saved after this many letters: what a replay that is killed may send again. */
const SAVE_EVERY = 200;
/** Files read at the same time: a run writes one for each reason every few seconds. */
const READ_AHEAD = 8;

/** Letters as NDJSON files by day and reason. A replay marks them; it neither moves nor deletes any. */
export function createFileStore(files: LetterFiles, ports: FileStorePorts): LetterStore {
  return {
    place: files.place,
    async *look(selection, signal) {
      for await (const { letters, mark } of readAll(files, selection, signal)) {
        yield letters.map((letter) =>
          mark && includesLine(mark.replayed, letter.line) ? { ...letter, replayedAt: mark.updatedAt } : letter,
        );
      }
    },
    async *claim(selection, signal) {
      const claimed = new Set<ClaimedFile>();
      const alive = setInterval(() => {
        for (const file of claimed) void file.save().catch(() => undefined); // the next save that matters tells
      }, STALE_CLAIM_MS / 4).unref();
      try {
        for await (const { name, letters, mark } of readAll(files, selection, signal)) {
          if (signal.aborted) return;
          if (letters.every(({ line }) => mark && includesLine(mark.replayed, line))) continue;
          const ours = await claimFile(files, name, ports.now, signal);
          if (!ours) {
            ports.onClaimedElsewhere(name);
            continue;
          }
          claimed.add(ours);
          const open = letters.filter(({ line }) => !ours.isReplayed(line));
          yield { letters: open, settle: settling(ours, open.length, () => claimed.delete(ours)) };
        }
      } finally {
        clearInterval(alive);
        for (const file of claimed) await file.stop();
      }
    },
    close: () => files.close(),
  };
}

/** Saves now and then; gives the file up at its last letter. */
function settling(file: ClaimedFile, total: number, done: () => void): LetterBatch['settle'] {
  let settled = 0;
  let saved = 0;
  return async (letters) => {
    file.add(letters.map(({ line }) => line));
    settled += letters.length;
    if (settled >= total) {
      done();
      await file.stop();
    } else if (settled - saved >= SAVE_EVERY) {
      saved = settled;
      await file.save();
    }
  };
}

interface LetterFile {
  readonly name: string;
  /** Those that are selected. */
  readonly letters: readonly StoredLetter[];
  readonly mark?: ReplayMark;
}

async function* readAll(files: LetterFiles, selection: Selection, signal: AbortSignal): AsyncGenerator<LetterFile> {
  const marked = await markedFiles(files, selection, signal);
  yield* mapAhead(selectedFiles(files, selection, signal), READ_AHEAD, async (name) => ({
    name,
    letters: await lettersOf(files, name, selection, signal),
    mark: marked.has(markName(name)) ? await readMark(files, name, signal) : undefined,
  }));
}

/** `dt=2026-02-03/reason=misfit/20260203T120000Z-<id>.ndjson`: the name says day and reason, so that others are not read. */
const FILE_NAME = /^dt=(\d{4}-\d{2}-\d{2})\/reason=([^/]*)\/[^/]+\.ndjson$/;

async function* selectedFiles(files: LetterFiles, selection: Selection, signal: AbortSignal): AsyncGenerator<string> {
  const { untilMs, reasons, ids } = selection;
  const lastDay = untilMs === undefined ? '9999' : dayOf(untilMs);
  for await (const name of files.names(firstFolder(selection), signal)) {
    const [, day, reason] = FILE_NAME.exec(name) ?? [];
    if (day === undefined || reason === undefined) continue;
    if (day > lastDay) return;
    if (reasons.length > 0 && !reasons.includes(decoded(reason))) continue;
    if (!ids || holdsAny(`${files.place}/${name}`, ids)) yield name;
  }
}

/** Most files have no mark: one list saves a request for each. */
async function markedFiles(files: LetterFiles, selection: Selection, signal: AbortSignal): Promise<Set<string>> {
  const marked = new Set<string>();
  for await (const name of files.names(MARKS + firstFolder(selection), signal)) {
    if (!name.startsWith(MARKS)) break; // letters come after all marks
    marked.add(name);
  }
  return marked;
}

/** Names of the first day sort after this. */
function firstFolder({ sinceMs }: Selection): string {
  return sinceMs === undefined ? 'dt=' : `dt=${dayOf(sinceMs)}/`;
}

async function lettersOf(
  files: LetterFiles,
  file: string,
  selection: Selection,
  signal: AbortSignal,
): Promise<StoredLetter[]> {
  const text = Buffer.from((await files.read(file, signal)) ?? []).toString();
  const lines = text.split('\n').filter((line) => line !== '');
  const letters = lines.map((line, at) => letterOfLine(line, `${files.place}/${file}`, at));
  return letters.filter((letter) => isSelected(letter, selection));
}

/** An id has the place of its letter in it: files without any of them need not be read. */
function holdsAny(place: string, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => id.includes(`${place}/`));
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function decoded(folder: string): string {
  try {
    return decodeURIComponent(folder);
  } catch {
    return folder;
  }
}
