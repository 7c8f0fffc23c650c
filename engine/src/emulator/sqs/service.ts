import type { IncomingMessage, ServerResponse } from 'node:http';
import { SQS_IN_FLIGHT_QUOTA } from '../../core/sqs-quotas.ts';
import { hasExpiredToken } from '../expired-token.ts';
import type { DeliveryFault } from '../faults.ts';
import { BodyError, readBody } from '../request-body.ts';
import type { Fault, Service, ServiceContext } from '../service.ts';
import type { Action, ActionContext } from './action.ts';
import { queueNameOf } from './action.ts';
import { SqsError } from './errors.ts';
import type { Fields } from './fields.ts';
import { asFields } from './fields.ts';
import { flipReceivedBody, flipSentBody } from './flip-byte.ts';
import { MESSAGE_ACTIONS } from './message-actions.ts';
import type { QueueCounts } from './message-store.ts';
import { MOVE_TASK_ACTIONS } from './move-task-actions.ts';
import { MoveTasks } from './move-tasks.ts';
import { QUEUE_ACTIONS } from './queue-actions.ts';
import { QueueRegistry } from './queue-registry.ts';

/** `x-amz-target` of an SQS call is this and the name of the operation. */
export const SQS_TARGET_PREFIX = 'AmazonSQS.';
/** A megabyte of messages can take six in JSON, were every character escaped; more than that is no SQS request. */
const MAX_REQUEST_BYTES = 8 << 20;

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({ ...QUEUE_ACTIONS, ...MESSAGE_ACTIONS, ...MOVE_TASK_ACTIONS }),
);

export interface SqsOptions {
  /** Faults of single messages; none unless told. */
  decideDelivery?: (queueName: string) => DeliveryFault[];
  accountId?: string;
  region?: string;
  inFlightLimit?: number;
}

export interface QueueStats extends QueueCounts {
  name: string;
  arn: string;
  /** Of its oldest message; absent where there is none. */
  oldestSentAtMs?: number;
}

/** The embedded SQS, with what only an emulator can do. */
export interface SqsService extends Service {
  stats(): QueueStats[];
  /** Ends the visibility timeouts of one queue or of all; answers how many messages came back. */
  expireInFlight(queueName?: string): number;
  /** Sends a message from within, as S3 does for notifications. False when there is no such queue. */
  deliver(queueArn: string, body: string): boolean;
  /** Deletes all queues. */
  reset(): void;
}

/** An SQS without queues. */
export function createSqsService(context: ServiceContext, options: SqsOptions = {}): SqsService {
  const { decideDelivery = () => [], accountId = '000000000000', region = 'us-east-1' } = options;
  const { clock } = context;
  const inFlightLimit = options.inFlightLimit ?? SQS_IN_FLIGHT_QUOTA;
  const registry = new QueueRegistry({ clock, decideDelivery, accountId, region, inFlightLimit });
  const moveTasks = new MoveTasks(registry, clock);
  const reset = () => {
    for (const entry of registry.list()) registry.delete(entry);
  };

  return {
    async handle(request, response, requestId) {
      const actionContext = contextOf(request, response, { registry, moveTasks, accountId });
      const reply = await treat(request, context, actionContext).catch(errorReply);
      if (reply === 'hang-up') response.destroy();
      else respond(response, reply, requestId);
    },
    close: reset,
    reset,
    stats: () =>
      registry
        .list()
        .map(({ name, arn, queue }) => ({ name, arn, ...queue.counts(), oldestSentAtMs: queue.oldestSentAtMs() })),
    expireInFlight(queueName) {
      const entries = queueName === undefined ? registry.list() : [registry.require(queueName)];
      return entries.reduce((sum, { queue }) => sum + queue.expireInFlight(), 0);
    },
    deliver(queueArn, body) {
      const entry = registry.findByArn(queueArn);
      entry?.queue.send({ body });
      return entry !== undefined;
    },
  };
}

interface Reply {
  status: number;
  body: Fields;
  queryError?: string;
}

/** Reads and performs one request under the faults that are due to it. */
async function treat(
  request: IncomingMessage,
  context: ServiceContext,
  actions: ActionContext,
): Promise<Reply | 'hang-up'> {
  const name = String(request.headers['x-amz-target']).slice(SQS_TARGET_PREFIX.length);
  let input = parseInput(await readBody(request, MAX_REQUEST_BYTES));
  const faults = context.decideFaults({ service: 'sqs', action: name, resource: resourceOf(input) });
  const fault = <K extends Fault['kind']>(kind: K) =>
    faults.find((candidate): candidate is Extract<Fault, { kind: K }> => candidate.kind === kind);

  if (fault('drop') || fault('truncate-upload')) return 'hang-up';
  const latency = fault('latency');
  if (latency) await elapsed(context, latency.ms);
  if (fault('expired-token') && hasExpiredToken(request.headers, context.clock.now())) return faultReply(EXPIRED_TOKEN);
  const error = fault('error');
  if (error) return faultReply(error);
  const isFlipped = fault('flip-byte') !== undefined;
  if (isFlipped && name.startsWith('Send')) input = flipSentBody(input);

  const perform = ACTIONS.get(name);
  if (perform === undefined) throw new SqsError('UnsupportedOperation', `Unsupported operation: ${name}.`);
  const output = await perform(input, actions);
  if (fault('lose-answer')) return 'hang-up';
  return { status: 200, body: isFlipped && name === 'ReceiveMessage' ? flipReceivedBody(output) : output };
}

function contextOf(
  request: IncomingMessage,
  response: ServerResponse,
  { accountId, ...rest }: Pick<ActionContext, 'registry' | 'moveTasks'> & { accountId: string },
): ActionContext {
  return {
    ...rest,
    queueUrl: (name) => `http://${request.headers.host}/${accountId}/${name}`,
    signal() {
      const controller = new AbortController();
      if (response.destroyed || request.socket.destroyed) controller.abort();
      else response.once('close', () => controller.abort());
      return controller.signal;
    },
  };
}

function parseInput(body: Buffer): Fields {
  try {
    return asFields(body.length === 0 ? {} : JSON.parse(body.toString()));
  } catch {
    throw new SqsError('MalformedInput', 'The request is not a JSON object.');
  }
}

function resourceOf(input: Fields): string {
  if (typeof input.QueueName === 'string') return input.QueueName;
  return typeof input.QueueUrl === 'string' ? queueNameOf(input.QueueUrl) : '';
}

function elapsed({ clock }: ServiceContext, ms: number): Promise<void> {
  return new Promise((resolve) => clock.at(clock.now() + ms, resolve));
}

const EXPIRED_TOKEN = {
  code: 'ExpiredToken',
  status: 403,
  message: 'The security token included in the request is expired',
};

function faultReply({ code, status, message }: Omit<Extract<Fault, { kind: 'error' }>, 'kind'>): Reply {
  const body = { __type: `com.amazonaws.sqs#${code}`, message: message ?? 'Injected fault.' };
  return { status, body, queryError: `${code};${status < 500 ? 'Sender' : 'Receiver'}` };
}

function errorReply(error: unknown): Reply | 'hang-up' {
  if (error instanceof SqsError) {
    const body = { __type: error.type, message: error.message };
    return { status: error.status, body, queryError: `${error.queryCode};Sender` };
  }
  if (error instanceof BodyError) {
    if (error.reason === 'aborted') return 'hang-up';
    return { status: 413, body: { __type: 'com.amazon.coral.service#RequestEntityTooLarge', message: error.message } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    status: 500,
    body: { __type: 'com.amazonaws.sqs#InternalFailure', message },
    queryError: 'InternalFailure;Receiver',
  };
}

function respond(response: ServerResponse, { status, body, queryError }: Reply, requestId: string): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amzn-requestid': requestId,
    ...(queryError !== undefined && { 'x-amzn-query-error': queryError }),
  });
  response.end(bytes);
}
