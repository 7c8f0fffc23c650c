import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import { s3Client, sqsClient } from './clients.ts';
import { classifyAwsError, namesOf } from './errors.ts';

/** Calls a service; the one way the rest of the engine sends SDK commands. */
export interface AwsCaller<C> {
  /**
   * Runs `attempt`, which builds its command anew each time. Once more if there is a remedy: credentials that are refused are
   * renewed, a clock that is far off is corrected, and a bucket of another region is followed there. Any other failure, and a second
   * one, rejects with a ParquetryError about `subject`.
   */
  call<T>(subject: string, attempt: (client: C) => Promise<T>): Promise<T>;
  close(): void;
}

/** Opens no connection before the first call. */
export function sqsCaller(settings: AwsSettings): AwsCaller<SQSClient> {
  return createCaller(settings, sqsClient);
}

/** Opens no connection before the first call. */
export function s3Caller(settings: AwsSettings): AwsCaller<S3Client> {
  return createCaller(settings, s3Client);
}

type Keys = { readonly accessKeyId: string; readonly sessionToken?: string };

interface Client {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: (options?: { forceRefresh?: boolean }) => Promise<Keys>;
  };
  destroy(): void;
}

/** Exported for tests, which open clients of their own. */
export function createCaller<C extends Client>(
  settings: AwsSettings,
  open: (settings: AwsSettings) => Promise<C>,
): AwsCaller<C> {
  // By region; the settings' own under ''. Few, and kept until the end: destroying a client cuts off its calls under way.
  const clients = new Map<string, Promise<C>>();
  let region = settings.region ?? '';
  const current = (): Promise<C> => {
    const known = clients.get(region) ?? open(region === '' ? settings : { ...settings, region });
    clients.set(region, known);
    return known;
  };

  let hasWorked = false;
  /** How often a renewal brought other keys: a call that began before one was signed with the old ones. */
  let keyChanges = 0;

  /** Whether something was done about a failure that makes a second attempt worthwhile. */
  const recover = async (thrown: unknown, client: C, changesBefore: number): Promise<boolean> => {
    const bucketRegion = redirectRegion(thrown);
    if (bucketRegion !== undefined && bucketRegion !== (await client.config.region())) {
      region = bucketRegion;
      return true;
    }
    if (wasCorrected(thrown)) return true;
    const names = namesOf(thrown);
    const hasExpired = names.some((name) => EXPIRED.has(name));
    if (!hasExpired && !isUnsaid(thrown) && !names.some((name) => UNKNOWN_KEYS.has(name))) return false;
    const renewal = await renewKeys(client);
    if (renewal === 'changed') keyChanges++;
    return (hasExpired && renewal !== 'failed') || keyChanges > changesBefore;
  };

  return {
    async call(subject, attempt) {
      const changesBefore = keyChanges;
      try {
        const client = await current();
        try {
          const answer = await attempt(client);
          hasWorked = true;
          return answer;
        } catch (thrown) {
          if (!(await recover(thrown, client, changesBefore))) throw thrown;
          return await attempt(await current());
        }
      } catch (thrown) {
        const error = classifyAwsError(thrown, subject, settings.profile);
        const mayBeKeys = isUnsaid(thrown) || namesOf(thrown).some((name) => NO_KEYS.has(name));
        throw hasWorked && mayBeKeys ? asPassing(error) : error;
      }
    },
    close() {
      for (const client of clients.values()) {
        client.then(
          (opened) => opened.destroy(),
          () => {}, // never opened: its caller was told
        );
      }
      clients.clear();
    },
  };
}

/** Codes by which services refuse credentials that have ended. */
const EXPIRED: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
/** Codes for keys that are not known, as after a rotation: renewing helps only if it brings others. */
const UNKNOWN_KEYS: ReadonlySet<string> = new Set([
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'InvalidToken',
  'UnrecognizedClientException',
]);
/** Names of the SDK's errors when no credentials are to be had. */
const NO_KEYS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);
/** Codes by which services refuse a signature with the wrong time. */
const SKEWED: ReadonlySet<string> = new Set([
  'RequestTimeTooSkewed',
  'RequestExpired',
  'RequestInTheFuture',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'AuthFailure',
]);

/** A 400 without a body: how S3 refuses a HEAD for keys that have ended, among other things. */
function isUnsaid(thrown: unknown): boolean {
  const { $metadata } = (thrown ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode === 400 && namesOf(thrown).every((name) => /^Unknown(Error)?$/.test(name));
}

/** The client noticed that its clock is far off and has set it right. */
function wasCorrected(thrown: unknown): boolean {
  const { $metadata } = (thrown ?? {}) as { $metadata?: { clockSkewCorrected?: boolean } };
  return $metadata?.clockSkewCorrected === true && namesOf(thrown).some((name) => SKEWED.has(name));
}

async function renewKeys({ config }: Client): Promise<'changed' | 'same' | 'failed'> {
  try {
    const before = await config.credentials();
    const after = await config.credentials({ forceRefresh: true });
    const isSame = before.accessKeyId === after.accessKeyId && before.sessionToken === after.sessionToken;
    return isSame ? 'same' : 'changed';
  } catch {
    return 'failed'; // the refusal says more than the failure to renew
  }
}

/** Credentials were there before: whoever gives them is away, and will be back. */
function asPassing({ code, message, hint, cause, details }: ParquetryError): ParquetryError {
  return new ParquetryError(code, message, { hint, cause, details, retryable: true });
}

/** S3 names the right region in a header of its 301, and of the 400 that a wrongly signed request gets. */
function redirectRegion(thrown: unknown): string | undefined {
  const { $response, $metadata } = (thrown ?? {}) as {
    $response?: { headers?: Record<string, string> };
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  return status === 301 || status === 400 ? $response?.headers?.['x-amz-bucket-region'] : undefined;
}
