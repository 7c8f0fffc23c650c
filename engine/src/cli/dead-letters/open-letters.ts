import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { loadPipeline } from '../../pipeline/file.ts';
import type { LetterStore } from '../../studio/dead-letters/letter-store.ts';
import { openStore } from '../../studio/dead-letters/open-store.ts';
import type { Selection } from '../../studio/dead-letters/selection.ts';
import { openAws, type PipelineAws } from '../aws-of.ts';
import type { CliContext } from '../context.ts';
import type { LetterOptions } from '../dead-letters.ts';
import { loadOptions, resolvePath } from '../pipeline-options.ts';
import { parseSelection } from './selection.ts';
import { Tally } from './tally.ts';

/** A pipeline, its AWS and its letters, for one command. */
export interface OpenLetters extends AsyncDisposable {
  readonly pipeline: CheckedPipeline;
  readonly aws: PipelineAws;
  readonly store: LetterStore;
  readonly selection: Selection;
}

/** Loads the pipeline and opens the place that the options mean. */
export async function openLetters(folder: string, options: LetterOptions, context: CliContext): Promise<OpenLetters> {
  const selection = parseSelection(options, Date.now());
  const pipeline = await loadPipeline(resolvePath(folder, context), loadOptions(options, context));
  const aws = await openAws(pipeline, context);
  const store = await openStore(pipeline, options.queue, aws.settings, {
    now: Date.now,
    onClaimedElsewhere: (file) =>
      context.stderr.write(
        `${context.stderr.paint.yellow('skipped')} ${file}: another replay has it in hand (if that one died, try again in two minutes)\n`,
      ),
  });
  const dispose = async () => {
    store.close();
    await aws[Symbol.asyncDispose]();
  };
  return { pipeline, aws, store, selection, [Symbol.asyncDispose]: dispose };
}

/** Counts what is selected. */
export async function tallyOf({ store, selection }: OpenLetters, signal: AbortSignal): Promise<Tally> {
  const tally = new Tally();
  for await (const letters of store.look(selection, signal)) for (const letter of letters) tally.add(letter);
  signal.throwIfAborted();
  return tally;
}

/** Says so where a queue holds more than was looked at. */
export async function noteOfRest(store: LetterStore, seen: number): Promise<string | undefined> {
  const estimate = await store.estimate?.();
  return estimate !== undefined && estimate > seen ? `looked at ${seen} of about ${estimate} messages` : undefined;
}
