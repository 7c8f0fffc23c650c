import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { isManualClock } from './clock.ts';
import { faultRuleSchema } from './fault-schema.ts';
import type { FaultPlan } from './faults.ts';
import { readBody } from './request-body.ts';
import type { EmulatorClock } from './service.ts';
import { SqsError } from './sqs/errors.ts';
import type { SqsService } from './sqs/service.ts';

/** Paths below this are the emulator's own; no S3 bucket name may begin with an underscore. */
export const ADMIN_PREFIX = '/_parquetry/';
const MAX_ADMIN_BYTES = 1 << 20;

/** What the admin calls act on. */
export interface AdminTarget {
  faults: FaultPlan;
  clock: EmulatorClock;
  sqs: SqsService;
  /** Forgets all queues, messages, buckets, objects and faults. */
  reset(): void;
}

interface Answer {
  status: number;
  body: unknown;
}

const expireSchema = z.strictObject({ queue: z.string().optional() });
const clockSchema = z.strictObject({ advanceMs: z.number().min(0) }).or(z.strictObject({ nowMs: z.number() }));

/** Each call by method and path; documented in the README. */
const CALLS: Record<string, (target: AdminTarget, input: unknown) => unknown> = {
  'GET health': () => ({ status: 'ok' }),
  'GET stats': ({ clock, sqs, faults }) => ({ nowMs: clock.now(), queues: sqs.stats(), faults: faults.state() }),
  'GET faults': ({ faults }) => faults.state(),
  'PUT faults': ({ faults }, input) => {
    faults.set(z.array(faultRuleSchema).parse(input));
    return faults.state();
  },
  'POST faults': ({ faults }, input) => {
    faults.add(faultRuleSchema.parse(input));
    return faults.state();
  },
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return [];
  },
  'POST expire': ({ sqs }, input) => ({ expired: sqs.expireInFlight(expireSchema.parse(input).queue) }),
  'POST clock': ({ clock }, input) => {
    const move = clockSchema.parse(input);
    if (!isManualClock(clock)) throw new RangeError('the clock is the real one and cannot be moved');
    if ('nowMs' in move) clock.set(move.nowMs);
    else clock.advance(move.advanceMs);
    return { nowMs: clock.now() };
  },
  'POST reset': (target) => {
    target.reset();
    return {};
  },
};

/**
 * Answers one admin call with JSON. Calls that a browser makes for a page carry an Origin and are refused: a page of any
 * site could otherwise reach an emulator on the same machine.
 */
export async function handleAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  target: AdminTarget,
): Promise<void> {
  const { status, body } = await answer(request, target).catch(failure);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function answer(request: IncomingMessage, target: AdminTarget): Promise<Answer> {
  if (request.headers.origin !== undefined) return { status: 403, body: { error: 'not for browsers' } };
  const path = request.url!.slice(ADMIN_PREFIX.length).split('?', 1)[0];
  const call = `${request.method} ${path}`;
  if (!Object.hasOwn(CALLS, call)) return { status: 404, body: { error: `unknown admin call: ${call}` } };
  const bytes = await readBody(request, MAX_ADMIN_BYTES);
  const input: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
  return { status: 200, body: CALLS[call]!(target, input) };
}

function failure(error: unknown): Answer {
  if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
  if (error instanceof SyntaxError) return { status: 400, body: { error: 'the body is not JSON' } };
  if (error instanceof SqsError) return { status: error.status, body: { error: error.message } };
  if (error instanceof RangeError) return { status: 409, body: { error: error.message } };
  return { status: 500, body: { error: String(error) } };
}
