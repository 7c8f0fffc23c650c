import { randomUUID } from 'node:crypto';
import type { DeadLetter } from '../../core/delivery.ts';
import { chunksOf, type OutputFile, type Sink } from '../../core/sink.ts';
import { totalBytes } from '../../core/total-bytes.ts';
import type { DeadLetterWriter } from './dead-letter-writer.ts';
import { type LetterOrigin, letterLine } from './letter-line.ts';

/** Letters as NDJSON files of a sink: one file per reason and call, so the caller should collect letters first. */
export function createFileLetters(
  sink: Sink,
  origin: LetterOrigin,
  now: () => number = Date.now,
  newId: () => string = randomUUID,
): DeadLetterWriter {
  return {
    check: async () => sink.check?.(),
    async write(letters, signal) {
      const timeMs = now();
      const byReason = Map.groupBy(letters, ({ reason }) => reason);
      // Names and bytes are fixed before the first attempt: the sink's retries write the same object.
      const files = [...byReason].map(([reason, group]) => letterFile({ reason, group, origin, timeMs, id: newId() }));
      await Promise.all(files.map((file) => sink.write(file, signal)));
    },
    close: () => sink.close(),
  };
}

interface LetterGroup {
  readonly reason: string;
  readonly group: readonly DeadLetter[];
  readonly origin: LetterOrigin;
  readonly timeMs: number;
  readonly id: string;
}

function letterFile({ reason, group, origin, timeMs, id }: LetterGroup): OutputFile {
  const parts = group.map((letter) => Buffer.from(letterLine(letter, origin, timeMs)));
  const time = new Date(timeMs).toISOString();
  const fileName = `${time.replace(/[-:]|\.\d+/g, '')}-${id}.ndjson`;
  const folders = [origin.pipeline, `dt=${time.slice(0, 10)}`, `reason=${reason}`];
  return {
    name: [...folders.map(escapeFolder), fileName].join('/'),
    chunks: chunksOf(parts),
    sizeBytes: totalBytes(parts),
    contentType: 'application/x-ndjson',
    metadata: {},
  };
}

/** Names and reasons are short words; whatever else comes in must stay one folder, on Windows too. */
function escapeFolder(text: string): string {
  const escaped = (odd: string) => encodeURIComponent(odd).replaceAll('.', '%2E').replaceAll('*', '%2A');
  return text.toWellFormed().replace(/[^\w.=-]|^\.+$/gu, escaped);
}
