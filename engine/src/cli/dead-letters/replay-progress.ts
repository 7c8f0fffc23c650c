import { count } from '../../core/quantities.ts';
import type { ReplayReport } from '../../studio/dead-letters/replay-report.ts';
import type { StoredLetter } from '../../studio/dead-letters/stored-letter.ts';
import type { Output } from '../context.ts';

/** Of a replay so far. */
export interface ReplayCounts {
  readonly replayed: number;
  readonly failed: readonly { readonly letter: StoredLetter; readonly why: string }[];
  /** Beyond those kept in `failed`. */
  readonly failedMore: number;
}

export interface ShownReplay extends ReplayReport {
  counts(): ReplayCounts;
  end(): void;
}

const REDRAW_MS = 250;
/** Where nobody looks at a terminal a line now and then is enough. */
const LINE_EVERY_MS = 5_000;
const FAILURES_KEPT = 100;

/** Counts a replay and shows how far it is: in place on a terminal, by lines elsewhere, not at all where `quiet`. */
export function showReplay(output: Output, total: number, quiet: boolean): ShownReplay {
  let replayed = 0;
  let failedMore = 0;
  const failed: { letter: StoredLetter; why: string }[] = [];
  const line = () => {
    const missed = failed.length + failedMore;
    return `${count(replayed)} of ${count(total)} replayed${missed > 0 ? `, ${count(missed)} failed` : ''}`;
  };
  const draw = () => output.write(output.isTTY ? `\r${line()}\u001b[K` : `${line()}\n`);
  const timer = quiet ? undefined : setInterval(draw, output.isTTY ? REDRAW_MS : LINE_EVERY_MS);
  return {
    replayed: (letters) => {
      replayed += letters;
    },
    failed: (letter, why) => {
      if (failed.length < FAILURES_KEPT) failed.push({ letter, why });
      else failedMore++;
    },
    counts: () => ({ replayed, failed, failedMore }),
    end: () => {
      clearInterval(timer);
      if (!quiet && output.isTTY) output.write('\r\u001b[K');
    },
  };
}
