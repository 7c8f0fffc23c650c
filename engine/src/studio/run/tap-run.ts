import { openTapHub } from '../../runtime/tap-hub.ts';
import type { RunProcessMethods } from './run-link.ts';

type Tap = RunProcessMethods['process.tap'];

/** What was not shown yet, at most; what comes on top is missed, and counted. */
const MAX_LINES = 1_000;
const SHOW_EVERY_MS = 250;

/** Shows records of a run in this process as its lanes see them, until there are enough, it ends, or nobody looks any more. */
export async function tapRun(
  begun: Promise<string>,
  { at, limit }: Tap['params'],
  show: (snapshot: Tap['snapshot']) => void,
  signal: AbortSignal,
): Promise<Tap['result']> {
  // Whoever gives up before it has begun is not waited for by anybody.
  const { hub, close } = openTapHub(await begun);
  if (signal.aborted) close();
  const over = Promise.withResolvers<void>();
  let waiting: string[] = [];
  let shown = 0;
  let unseen = 0;
  const opened = hub.open(
    { at, sample: 1, count: limit },
    {
      async write(lines) {
        const room = MAX_LINES - waiting.length;
        waiting.push(...lines.slice(0, room));
        unseen += Math.max(0, lines.length - room);
      },
      end: () => over.resolve(),
    },
  );
  const flush = () => {
    if (waiting.length === 0) return;
    shown += waiting.length;
    show({ lines: waiting, missed: unseen + (opened?.counts().dropped ?? 0) });
    waiting = [];
  };
  const timer = setInterval(flush, SHOW_EVERY_MS);
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  try {
    await over.promise;
    flush();
    return { lines: shown };
  } finally {
    clearInterval(timer);
    close();
  }
}
