import { Readable } from 'node:stream';
import { type CliContext, exitCodeHolder, type Output } from './context.ts';
import { createPaint } from './paint.ts';

/** A context for tests of commands: what they say is kept, nothing reaches the process. */
export interface CapturedContext extends CliContext {
  out(): string;
  err(): string;
}

export interface CaptureOptions {
  cwd: string;
  env?: CliContext['env'];
  stdin?: string | Uint8Array;
  signal?: AbortSignal;
}

export function captureContext(options: CaptureOptions): CapturedContext {
  const out = capturedOutput();
  const err = capturedOutput();
  return {
    cwd: options.cwd,
    env: options.env ?? {},
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: out.output,
    stderr: err.output,
    signal: options.signal ?? new AbortController().signal,
    ...exitCodeHolder(),
    out: out.text,
    err: err.text,
  };
}

function capturedOutput(): { output: Output; text: () => string } {
  const chunks: Uint8Array[] = [];
  return {
    output: {
      write: (text) => void chunks.push(Buffer.from(text)),
      isTTY: false,
      columns: 100,
      paint: createPaint(false),
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
