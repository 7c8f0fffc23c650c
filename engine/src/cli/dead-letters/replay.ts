import { randomUUID } from 'node:crypto';
import { parseQueue } from '../../aws/queue-url.ts';
import { ParquetryError } from '../../core/errors.ts';
import { sumReasons } from '../../core/ledger.ts';
import { printable } from '../../core/printable.ts';
import { count, plural } from '../../core/quantities.ts';
import type { LetterBatch } from '../../studio/dead-letters/letter-store.ts';
import { type CliContext, writeJson } from '../context.ts';
import type { ReplayOptions } from '../dead-letters.ts';
import { exitCodes } from '../exit-codes.ts';
import { confirm } from './confirm.ts';
import { noteOfRest, type OpenLetters, openLetters, tallyOf } from './open-letters.ts';
import { type ReplayCounts, type ShownReplay, showReplay } from './replay-progress.ts';

/** Where records go: a queue by name, or through the pipeline here. */
type Way = { readonly queue: string } | 'pipeline';

/** `parquetry dead-letters replay`. */
export async function replay(folder: string, options: ReplayOptions, context: CliContext): Promise<void> {
  await using letters = await openLetters(folder, options, context);
  const way = wayOf(letters, options);
  const tally = await tallyOf(letters, context.signal);
  const open = [...tally.open()];
  const sum = open.reduce((all, [, letters]) => all + letters, 0);
  const total = Math.min(sum, options.limit ?? Number.POSITIVE_INFINITY);
  const say = (text: string) => {
    if (!options.json) context.stderr.write(text);
  };
  if (total === 0) {
    if (options.json) writeJson(context, { replayed: 0, failed: [], of: 0, to: placeOf(way, letters) });
    return say(`nothing to replay in ${letters.store.place}: ${plural(tally.replayed, 'letter')} replayed already\n`);
  }
  const reasons = open.map(([reason, letters]) => `${count(letters)} ${printable(reason)}`).join(', ');
  const first = total < sum ? `${count(total)} of ${plural(sum, 'letter')}` : plural(total, 'letter');
  const what = `${first} (${reasons}) from ${letters.store.place} to ${placeOf(way, letters)}`;
  const note = await noteOfRest(letters.store, tally.letters);
  if (note !== undefined) say(`${note}: all that are selected are replayed\n`);
  if (options.dryRun) {
    if (options.json)
      writeJson(context, { dryRun: true, of: total, reasons: Object.fromEntries(open), to: placeOf(way, letters) });
    return say(`would replay ${what}\n`);
  }
  if (!options.yes && !(await confirm(`Replay ${what}?`, context))) return say('nothing was replayed\n');
  if (options.yes) say(`replaying ${what}\n`);
  const shown = showReplay(context.stderr, total, options.json ?? false);
  try {
    await replayAll(letters, way, options, shown, context);
  } finally {
    shown.end();
    report(shown.counts(), { total, to: placeOf(way, letters) }, options, context);
  }
}

async function replayAll(
  letters: OpenLetters,
  way: Way,
  options: ReplayOptions,
  shown: ShownReplay,
  context: CliContext,
): Promise<void> {
  const { store, selection, aws, pipeline } = letters;
  // Records that are bad again become new letters in the same place: those are for another time.
  const untilMs = Math.min(selection.untilMs ?? Number.POSITIVE_INFINITY, Date.now());
  const claimed = store.claim({ ...selection, untilMs }, context.signal);
  const batches = limited(claimed, options.limit ?? Number.POSITIVE_INFINITY);
  try {
    if (way !== 'pipeline') {
      const { replayToQueue } = await import('../../studio/dead-letters/replay-to-queue.ts');
      return await replayToQueue(batches, way.queue, aws.settings, shown, context.signal);
    }
    const { replayThroughPipeline } = await import('../../studio/dead-letters/replay-through-pipeline.ts');
    const { signal } = context;
    const run = { runId: randomUUID(), embeddedEndpoint: aws.embeddedEndpoint, signal };
    const summary = await replayThroughPipeline(batches, pipeline, shown, run);
    const again = sumReasons(summary.ledger.records.deadLettered);
    if (again > 0 && !options.json) {
      context.stderr.write(`${plural(again, 'record')} became dead letters again, by run ${summary.runId}\n`);
    }
    if (summary.error) throw summary.error;
  } finally {
    await batches.return(undefined);
  }
}

function wayOf({ pipeline, aws, store }: OpenLetters, options: ReplayOptions): Way {
  const { source } = pipeline;
  const isQueue = 'type' in source && source.type === 'sqs';
  if (!isQueue || aws.isPrivate || options.throughPipeline) return 'pipeline';
  const queue = String(source.config.queue);
  if (store.place === `queue ${parseQueue(queue).name}`) {
    throw new ParquetryError('E_CONFIG', `letters cannot be replayed to where they are: ${store.place}`, {
      hint: '--queue names the dead-letter queue, not the source.',
    });
  }
  return { queue };
}

function placeOf(way: Way, { pipeline }: OpenLetters): string {
  return way === 'pipeline' ? `pipeline ${pipeline.name}, run here` : `queue ${parseQueue(way.queue).name}`;
}

/** At most `limit` letters. Settling and claims stay those of the batches. */
async function* limited(batches: AsyncGenerator<LetterBatch>, limit: number): AsyncGenerator<LetterBatch> {
  let left = limit;
  for await (const { letters, settle } of batches) {
    const taken = letters.slice(0, left);
    left -= taken.length;
    yield { letters: taken, settle };
    if (left <= 0) return;
  }
}

function report(
  { replayed, failed, failedMore }: ReplayCounts,
  { total, to }: { total: number; to: string },
  options: ReplayOptions,
  context: CliContext,
): void {
  const missed = failed.length + failedMore;
  if (missed > 0) context.setExitCode(exitCodes.failure);
  else if (context.signal.aborted && replayed < total) context.setExitCode(exitCodes.interrupted);
  if (options.json) {
    const failures = failed.map(({ letter, why }) => ({ letter: letter.place, line: letter.line, why }));
    writeJson(context, { replayed, failed: failures, failedMore, of: total, to });
    return;
  }
  const { stderr } = context;
  for (const { letter, why } of failed.slice(0, 10)) {
    stderr.write(`${stderr.paint.red('not replayed')} ${printable(letter.place)}: ${printable(why)}\n`);
  }
  const more = missed > 0 ? `; ${plural(missed, 'letter')} could not be, which changes nothing there` : '';
  stderr.write(`${plural(replayed, 'letter')} of ${count(total)} replayed to ${to}${more}\n`);
}
