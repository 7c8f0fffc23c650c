import { createReadStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { isatty, ReadStream as TerminalStream } from 'node:tty';
import { z } from 'zod';
import { BufferPool } from '../../core/buffer-pool.ts';
import type { Component, ComponentContext } from '../../core/component.ts';
import type { Source } from '../../core/source.ts';
import { cutLines } from '../lines/cut-lines.ts';
import { createPieceSource, type NamedPiece } from '../lines/piece-source.ts';
import { readAhead } from '../lines/read-ahead.ts';

const STDIN = 0;

const stdinConfig = z.strictObject({
  format: z.enum(['json']).default('json').describe('How records are written: one JSON value on each line.'),
});

export const component: Component<'source', typeof stdinConfig, Source> = {
  kind: 'source',
  type: 'stdin',
  summary: 'Reads NDJSON from standard input until it ends. For quick tries.',
  config: stdinConfig,
  create: createStdinSource,
};

function createStdinSource(_: z.output<typeof stdinConfig>, { bodyMemory }: ComponentContext): Source {
  const pool = new BufferPool(bodyMemory);
  return createPieceSource((signal) => stdinPieces(signal, pool), 'stdin', pool);
}

/** Deliveries `stdin-0`, `stdin-1`, … The stream is opened by the first receive. */
async function* stdinPieces(signal: AbortSignal, pool: BufferPool): AsyncGenerator<NamedPiece> {
  let count = 0;
  for await (const { bytes } of cutLines(readAhead(addAbortSignal(signal, openStdin())), { pool })) {
    yield { id: `stdin-${count++}`, body: bytes, attributes: {} };
  }
}

/**
 * Standard input itself: a lane is a worker thread, where process.stdin is an empty stream. Sockets and terminals are read without a
 * thread that cannot be interrupted, so that an idle pipe does not hold a shutdown.
 */
function openStdin(): Readable {
  if (isatty(STDIN)) return new TerminalStream(STDIN);
  const facts = fstatSync(STDIN);
  if (facts.isFIFO() || facts.isSocket()) return new Socket({ fd: STDIN, readable: true, writable: false });
  return createReadStream('', { fd: STDIN, autoClose: false });
}
