import { describe, expect, it } from 'vitest';
import { type ErrorCode, ParquetryError } from '../core/errors.ts';
import { classifyAwsError } from './errors.ts';

const named = (name: string, status?: number) =>
  Object.assign(new Error('text that nobody may look at: AccessDenied'), {
    name,
    $metadata: { httpStatusCode: status, requestId: 'r-1' },
  });
const socket = (code: string) => Object.assign(new Error('connect'), { code });

describe('an AWS error is classified by code and status', () => {
  it.each<[string, unknown, ErrorCode, boolean]>([
    ['a missing bucket', named('NoSuchBucket', 404), 'E_NOT_FOUND', false],
    ['a missing queue', named('QueueDoesNotExist', 400), 'E_NOT_FOUND', false],
    [
      'a missing queue in the query protocol',
      named('AWS.SimpleQueueService.NonExistentQueue', 400),
      'E_NOT_FOUND',
      false,
    ],
    ['a namespaced code', named('com.amazonaws.sqs#QueueDoesNotExist', 400), 'E_NOT_FOUND', false],
    ['HEAD of nothing', named('NotFound', 404), 'E_NOT_FOUND', false],
    ['a refused call', named('AccessDenied', 403), 'E_ACCESS', false],
    ['a refused HEAD', named('UnknownError', 403), 'E_ACCESS', false],
    ['a refused KMS key', named('KmsAccessDenied', 400), 'E_ACCESS', false],
    ['an unknown key id', named('InvalidAccessKeyId', 403), 'E_ACCESS', false],
    ['no credentials at all', named('CredentialsProviderError'), 'E_ACCESS', false],
    ['an expired token', named('ExpiredToken', 400), 'E_ACCESS', true],
    ['a wrong clock', named('RequestTimeTooSkewed', 403), 'E_ACCESS', true],
    ['SlowDown', named('SlowDown', 503), 'E_THROTTLED', true],
    ['a throttled queue', named('RequestThrottled', 403), 'E_THROTTLED', true],
    ['ThrottlingException', named('ThrottlingException', 400), 'E_THROTTLED', true],
    ['too many in flight', named('OverLimit', 403), 'E_THROTTLED', true],
    ['a 429 of a proxy', named('UnknownError', 429), 'E_THROTTLED', true],
    ['a 503 without a code', named('503', 503), 'E_THROTTLED', true],
    ['InternalError', named('InternalError', 500), 'E_UNAVAILABLE', true],
    ['a 502 of a proxy', named('Unknown', 502), 'E_UNAVAILABLE', true],
    ['a refused connection', socket('ECONNREFUSED'), 'E_UNAVAILABLE', true],
    ['a reset connection', socket('ECONNRESET'), 'E_UNAVAILABLE', true],
    ['an unknown host', socket('ENOTFOUND'), 'E_UNAVAILABLE', true],
    ['a socket that the other side closed', socket('UND_ERR_SOCKET'), 'E_UNAVAILABLE', true],
    ['a time-out of a connection', socket('UND_ERR_CONNECT_TIMEOUT'), 'E_UNAVAILABLE', true],
    ['a time-out of an answer', socket('UND_ERR_HEADERS_TIMEOUT'), 'E_UNAVAILABLE', true],
    ['a time-out within an answer', socket('UND_ERR_BODY_TIMEOUT'), 'E_UNAVAILABLE', true],
    ['a proxy that refuses', socket('UND_ERR_ABORTED'), 'E_UNAVAILABLE', true],
    ['a client that was closed', socket('UND_ERR_DESTROYED'), 'E_CANCELLED', false],
    ['an untrusted certificate', socket('SELF_SIGNED_CERT_IN_CHAIN'), 'E_CONFIG', false],
    ['an answer of something else', named('UnreadableAnswer', 200), 'E_INTEGRITY', true],
    ['a time-out of the SDK', Object.assign(new Error(''), { name: 'TimeoutError' }), 'E_UNAVAILABLE', true],
    ['a socket error as cause', new Error('wrapped', { cause: socket('ECONNRESET') }), 'E_UNAVAILABLE', true],
    ['a lost precondition', named('PreconditionFailed', 412), 'E_CONFLICT', false],
    ['a concurrent conditional write', named('ConditionalRequestConflict', 409), 'E_CONFLICT', true],
    ['flipped bytes', named('BadDigest', 400), 'E_INTEGRITY', true],
    ['an unsupported header', named('NotImplemented', 501), 'E_CONFIG', false],
    ['another region', named('PermanentRedirect', 301), 'E_CONFIG', false],
    ['an invalid value', named('InvalidStorageClass', 400), 'E_CONFIG', false],
    ['an abort', named('AbortError'), 'E_CANCELLED', false],
    ['an unknown error', new Error('what?'), 'E_INTERNAL', false],
    ['a string', 'broken', 'E_INTERNAL', false],
    ['undefined', undefined, 'E_INTERNAL', false],
    ['null', null, 'E_INTERNAL', false],
  ])('%s', (_, thrown, code, retryable) => {
    const error = classifyAwsError(thrown, 'queue clicks');
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toMatch(/^queue clicks /);
    expect(error.hint).toBeTruthy();
  });

  it('keeps the facts that a person needs for a support case', () => {
    expect(classifyAwsError(named('NoSuchBucket', 404), 'bucket lake').details).toMatchObject({
      awsCode: 'NoSuchBucket',
      httpStatus: 404,
      requestId: 'r-1',
    });
  });

  it('says how to log in again where a profile is in use', () => {
    expect(classifyAwsError(named('CredentialsProviderError'), 'queue clicks', 'dev').hint).toContain(
      'aws sso login --profile dev',
    );
  });

  it.each([
    ['CredentialsProviderError', { profile: 'dev' }],
    ['ExpiredToken', { profile: 'dev' }],
    ['AccessDenied', undefined],
  ])('%s says whether a login mends it: %j', (name, login) => {
    expect(classifyAwsError(named(name), 'queue clicks', 'dev').details.login).toEqual(login);
  });

  it('leaves a ParquetryError alone', () => {
    const error = new ParquetryError('E_CONFIG', 'x must be y');
    expect(classifyAwsError(error, 'queue clicks')).toBe(error);
  });
});
