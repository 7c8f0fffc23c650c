import { Command } from 'commander';
import { packageVersion } from '../core/version.ts';
import { commands } from './commands.ts';
import { type CliContext, processContext } from './context.ts';
import { exitCodeOf, printError } from './errors.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';

/** The same signal again within this time is the same wish: a terminal and a parent process may both have passed it on. */
const SAME_SIGNAL_MS = 200;

const examples = `
Examples:
  $ parquetry init clicks                     make a small pipeline that runs as it is
  $ parquetry run clicks --env local          run it here: no account, no Docker
  $ parquetry validate clicks                 what is wrong with it, and what will hurt later
  $ parquetry inspect s3://lake/clicks/x.parquet

Learn more:
  $ parquetry help <command>                  options and examples of a command
  $ parquetry help exit-codes                 what the process answers
`;

/** The whole command line as commander sees it; the reference page is made from it, too. */
export function createProgram(context: CliContext): Command {
  const program = new Command('parquetry')
    .description('SQS and S3 in, your TypeScript over it, Parquet out. Nothing lost.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--debug', 'print stacks of errors')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => context.stdout.paint.bold(title) })
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, context.stderr.paint.red('error'))),
      getOutHelpWidth: () => context.stdout.columns,
      getErrHelpWidth: () => context.stderr.columns,
      getOutHasColors: () => context.stdout.paint.bold('x') !== 'x',
      getErrHasColors: () => context.stderr.paint.bold('x') !== 'x',
    })
    .showSuggestionAfterError()
    .showHelpAfterError('  hint: `parquetry help` lists commands, `parquetry help <command>` its options')
    .exitOverride()
    .addHelpText('after', examples);
  for (const { heading, register } of commands) {
    program.commandsGroup(heading);
    register(program, context);
  }
  return program.commandsGroup('More:').helpCommand('help [command]', 'print help of a command, or of exit-codes');
}

/** Runs one command line (without `node` and the script). Never rejects; answers the exit code. */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  if (args.length === 2 && args[0] === 'help' && args[1] === 'exit-codes') return printExitCodes(context);
  const program = createProgram(context);
  if (args.length === 0) {
    context.stdout.write(program.helpInformation() + examples);
    return exitCodes.ok;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    printError(context, thrown, { debug: program.opts<{ debug?: boolean }>().debug ?? false });
    const stopped = context.signal.aborted && exitCodeOf(thrown) === exitCodes.failure;
    context.setExitCode(stopped ? exitCodes.interrupted : exitCodeOf(thrown));
  }
  return context.exitCode();
}

/** The process's own command line: signals, broken pipes, exit code. What bin/parquetry.js calls. */
export async function runCli(): Promise<void> {
  process.stdout.on('error', endOnBrokenPipe);
  // Nobody reads the log any more: that must not end a run which has messages to settle.
  process.stderr.on('error', () => undefined);
  process.exitCode = await main(process.argv.slice(2), processContext(interruption()));
}

/** On Windows service managers send Ctrl-C or Ctrl-Break, which is SIGBREAK; SIGHUP says that the console was closed. */
export function endingSignals(platform: NodeJS.Platform): NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
}

/** What Windows leaves a process whose console was closed, before it is ended: 5 s unless set otherwise, and some to spare. */
const CONSOLE_CLOSED_MS = 4_000;

/** Why a signal ends a run: `withinMs` where that is all the time there is. */
export function abortReason(signal: string, platform: NodeJS.Platform): Error {
  const reason = new DOMException(`stopped by ${signal}`, 'AbortError');
  return platform === 'win32' && signal === 'SIGHUP' ? Object.assign(reason, { withinMs: CONSOLE_CLOSED_MS }) : reason;
}

/** Aborts at the first signal. A second one ends the process at once, with the code the shell expects. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const onSignal = (name: string, number: number) => {
    if (controller.signal.aborted && Date.now() - firstMs > SAME_SIGNAL_MS) process.exit(128 + number);
    firstMs ||= Date.now();
    controller.abort(abortReason(name, process.platform));
  };
  for (const name of endingSignals(process.platform)) process.on(name, onSignal);
  return controller.signal;
}

/** `parquetry … | head`: the reader has seen enough, which is no failure. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
}

function printExitCodes(context: CliContext): number {
  const lines = [...exitCodeMeanings].map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`);
  context.stdout.write(`${context.stdout.paint.bold('Exit codes:')}\n${lines.join('\n')}\n`);
  return exitCodes.ok;
}
