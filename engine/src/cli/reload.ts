import { closeSync, openSync } from 'node:fs';
import { findProblems } from '../pipeline/check.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { problemsOfError } from '../pipeline/error-problems.ts';
import { type LoadOptions, readPipeline } from '../pipeline/file.ts';
import { hasErrors, problemsError, sortProblems } from '../pipeline/problems.ts';
import { renderProblems } from '../pipeline/render-problems.ts';
import type { Reload, Run } from '../runtime/run.ts';
import { provision } from '../studio/cloud/provision.ts';
import type { CliContext } from './context.ts';
import type { EmbeddedAws } from './embedded.ts';
import { type FileWatch, watchFiles } from './watch-files.ts';

/** Reads a pipeline again and checks it as `validate` does; rejects with everything that is wrong with it. */
export async function loadAgain(
  folderOrFile: string,
  options: LoadOptions,
  embedded: EmbeddedAws | undefined,
): Promise<CheckedPipeline> {
  const { pipeline, problems, originAt } = await readPipeline(folderOrFile, options);
  const checked = pipeline ? await findProblems(pipeline, originAt) : [];
  const all = sortProblems([...problems, ...checked]);
  if (!pipeline || hasErrors(all)) throw problemsError(all);
  if (embedded && pipeline.aws === 'embedded') await provision(pipeline, embedded.endpoint);
  return pipeline;
}

/** What is to be reloaded, and when. */
export interface ReloadParts {
  readonly run: Run;
  readonly load: () => Promise<CheckedPipeline>;
  /** As it was read first. */
  readonly pipeline: CheckedPipeline;
  /** Not only at a SIGHUP, but whenever a file of the pipeline changes. */
  readonly watch: boolean;
  /** Tells the person who looks. */
  say(lines: string): void;
  /** The terminal is gone. */
  hangUp(): void;
}

export type Changes = Disposable;

/** Has a run take over changes of its pipeline, at SIGHUP (not on Windows) and as they are saved, until disposed of. */
export function followChanges(parts: ReloadParts, context: CliContext): Changes {
  const { run, pipeline } = parts;
  let last = pipeline;
  const load = async () => {
    const loaded = await parts.load();
    last = loaded; // even if it is not taken over: what it names is what the next change will be about
    return loaded;
  };
  let files: FileWatch | undefined;
  const reload = async () => {
    const outcome = await run.reload(load);
    if (outcome.error?.code !== 'E_CANCELLED') parts.say(textOf(outcome, context));
    files?.follow(filesOf(last, run));
    if (outcome.error) files?.retry();
  };
  if (parts.watch) {
    files = watchFiles(() => void reload());
    files.follow(filesOf(pipeline, run));
  }
  const release = process.platform === 'win32' ? () => undefined : onHangup(context, parts, () => void reload());
  return {
    [Symbol.dispose]() {
      release();
      files?.[Symbol.dispose]();
    },
  };
}

/** What a pipeline is made of. */
function filesOf({ file, transform, input: { schemaFolder } }: CheckedPipeline, run: Run): string[] {
  return [...new Set([file, schemaFolder, ...(transform ? [transform] : []), ...run.inputs])];
}

function textOf({ generation, error }: Reload, { cwd, stderr: { paint } }: CliContext): string {
  if (!error)
    return `${paint.green('reloaded')}: the changed pipeline receives from here on (generation ${generation})\n`;
  const problems = renderProblems(problemsOfError(error), cwd, paint);
  return `${problems}\n${paint.yellow('not reloaded')}: the run goes on as before\n`;
}

/** SIGHUP asks to reload, unless it says that the terminal is gone in which the run was started: then the run should end, too. */
function onHangup(context: CliContext, { hangUp }: ReloadParts, reload: () => void): () => void {
  const hasTerminal = (context.stderr.isTTY || context.stdin.isTTY === true) && !terminalIsGone();
  const heard = () => (hasTerminal && terminalIsGone() ? hangUp() : reload());
  process.on('SIGHUP', heard);
  return () => void process.off('SIGHUP', heard);
}

/** The device of the controlling terminal cannot be opened once it has hung up. */
function terminalIsGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}
