import type { SQSClient } from '@aws-sdk/client-sqs';
import { type HttpAnswer, type HttpPool, openHttpPool } from './http-pool.ts';
import { type Environment, networkOf } from './network.ts';
import { type SdkTarget, sdkTarget } from './sdk-target.ts';
import { createSigner } from './sigv4.ts';

/** The calls whose number grows with the messages. All others go through the SDK. */
export type SqsOperation = 'ReceiveMessage' | 'DeleteMessageBatch' | 'ChangeMessageVisibilityBatch';

/**
 * SQS's JSON protocol without the SDK's pipeline, for a fifth of its CPU time. Credentials, their renewal, region, endpoint and clock
 * offset are those of the SDK client that it is opened for.
 */
export interface SqsWire {
  /** The answer as it stands in the JSON. Rejects as the SDK does: with a SqsError, an error of the socket, or an AbortError. */
  send(operation: SqsOperation, input: object, signal?: AbortSignal): Promise<unknown>;
  /** Cuts off what is under way. */
  close(): void;
}

/** An answer that says no. It has what `classifyAwsError` and the caller look at in errors of the SDK. */
export class SqsError extends Error {
  /** The code of the older query protocol, which names some errors more exactly. */
  readonly Code?: string;
  readonly $metadata: {
    readonly httpStatusCode: number;
    readonly requestId?: string;
    readonly clockSkewCorrected: boolean;
  };

  constructor(name: string, message: string, facts: Pick<SqsError, 'Code' | '$metadata'>) {
    super(message);
    this.name = name;
    this.Code = facts.Code;
    this.$metadata = facts.$metadata;
  }
}

/** AWS refuses a signature that is five minutes off; the SDK corrects its clock from four. */
const SKEW_MS = 240_000;

/** Connects on the first call. `queueUrl` may say the endpoint. Rejects when the SDK finds no credentials or no endpoint. */
export async function openSqsWire(
  client: SQSClient,
  queueUrl: string,
  environment: Environment = process.env,
): Promise<SqsWire> {
  const target = await sdkTarget(client, queueUrl);
  const pool = await openHttpPool(target.origin, await networkOf(target.origin, environment));
  return createSqsWire(client, target, pool);
}

function createSqsWire(client: SQSClient, target: SdkTarget, pool: HttpPool): SqsWire {
  const { config } = client;
  const sign = createSigner(target.scope);
  const { path, unsignedHeaders } = target;
  return {
    async send(operation, input, signal) {
      const body = JSON.stringify(input);
      const headers = { ...target.headers, 'x-amz-target': `AmazonSQS.${operation}` };
      const keys = await config.credentials();
      const offsetMs = config.systemClockOffset;
      const signature = sign({ method: 'POST', path, headers, body }, keys, Date.now() + offsetMs);
      const answer = await pool.post({ path, headers: { ...headers, ...unsignedHeaders, ...signature }, body, signal });
      if (answer.status !== 200) throw refusal(answer, correctClock(config, answer, offsetMs));
      return parse(answer);
    },
    close: () => pool.close(),
  };
}

/**
 * True when the time that a call was signed with turned out to be far off. From now on the calls of this client, those of the SDK too,
 * are signed with the time of SQS.
 */
function correctClock(config: { systemClockOffset: number }, { headers }: HttpAnswer, usedOffsetMs: number): boolean {
  const offsetMs = Date.parse(String(headers.date)) - Date.now();
  const wasFarOff = Math.abs(offsetMs - usedOffsetMs) >= SKEW_MS;
  if (wasFarOff) config.systemClockOffset = offsetMs;
  return wasFarOff;
}

/** `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"…"}`, and `x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender` */
function refusal({ status, headers, text }: HttpAnswer, clockSkewCorrected: boolean): SqsError {
  const body = bodyOf(text);
  const type = [body.__type, headers['x-amzn-errortype'], body.code].find((name) => typeof name === 'string');
  const queryError = headers['x-amzn-query-error'];
  return new SqsError(type?.replace(/^.*#|:.*$/g, '') ?? 'UnknownError', String(body.message ?? body.Message ?? ''), {
    Code: typeof queryError === 'string' ? queryError.split(';')[0] : undefined,
    $metadata: { httpStatusCode: status, requestId: requestIdOf(headers), clockSkewCorrected },
  });
}

/** Of an error that SQS did not write itself, such as a proxy's page, nothing but the status counts. */
function bodyOf(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Something between us and SQS may well answer 200 with a page of its own. */
function parse({ status, headers, text }: HttpAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const $metadata = { httpStatusCode: status, requestId: requestIdOf(headers), clockSkewCorrected: false };
    throw Object.assign(new SqsError('UnreadableAnswer', 'The answer is not JSON.', { $metadata }), { cause });
  }
}

function requestIdOf(headers: HttpAnswer['headers']): string | undefined {
  const id = headers['x-amzn-requestid'];
  return typeof id === 'string' ? id : undefined;
}
