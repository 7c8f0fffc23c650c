import type { Readable } from 'node:stream';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { createPaint, type Paint } from './paint.ts';

/** Where text goes. */
export interface Output {
  write(text: string | Uint8Array): void;
  readonly isTTY: boolean;
  /** Width to wrap and cut at; 100 where nobody knows. */
  readonly columns: number;
  readonly paint: Paint;
}

/** How this very command line is started again. */
export interface OwnCommand {
  readonly script: string;
  readonly args: readonly string[];
}

/** Everything a command may touch of the world around it. Tests pass a captured one. */
export interface CliContext {
  /** Relative paths of arguments start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Results only: what a pipe should receive. */
  readonly stdout: Output;
  /** Everything said to the person: progress, notes, problems. */
  readonly stderr: Output;
  /** Aborts at the first SIGINT or SIGTERM; at the second the process ends at once. */
  readonly signal: AbortSignal;
  /** Present where this process is the command line's own. */
  readonly command?: OwnCommand;
  /** States the outcome when it is neither success nor a thrown error. The first code other than 0 stays. */
  setExitCode(code: ExitCode): void;
  exitCode(): ExitCode;
}

/** Prints data for machines: one JSON document and a newline. bigint becomes a number with all its digits. */
export function writeJson(context: CliContext, value: unknown): void {
  context.stdout.write(`${exactJson(value)}\n`);
}

/** JSON text with bigint as exact digits, indented by two. */
export function exactJson(value: unknown): string {
  const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
  return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? rawJson(String(item)) : item), 2);
}

/** The context of a real process. Colours follow NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function processContext(signal: AbortSignal): CliContext {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: streamOutput(process.stdout, process.env),
    stderr: streamOutput(process.stderr, process.env),
    signal,
    command: ownCommand(),
    ...exitCodeHolder(),
  };
}

/** Not under a debugger: it is attached to this process, and a copy would fight for its port. */
function ownCommand(): OwnCommand | undefined {
  const [, script, ...args] = process.argv;
  const isDebugged = process.execArgv.some((option) => option.startsWith('--inspect'));
  return script === undefined || isDebugged ? undefined : { script, args };
}

/** The two exit code members of a context. */
export function exitCodeHolder(): Pick<CliContext, 'setExitCode' | 'exitCode'> {
  let exitCode: ExitCode = exitCodes.ok;
  return {
    setExitCode: (code) => {
      if (exitCode === exitCodes.ok) exitCode = code;
    },
    exitCode: () => exitCode,
  };
}

function streamOutput(stream: NodeJS.WriteStream, env: CliContext['env']): Output {
  const isTTY = stream.isTTY === true;
  return {
    write: (text) => void stream.write(text),
    isTTY,
    columns: stream.columns ?? 100,
    paint: createPaint(wantsColor(env, isTTY)),
  };
}

/** https://no-color.org: any non-empty NO_COLOR switches colours off; FORCE_COLOR switches them on in a pipe. */
export function wantsColor(env: CliContext['env'], isTTY: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return isTTY && env.TERM !== 'dumb';
}
