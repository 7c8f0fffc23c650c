import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsSettings } from '../core/component.ts';
import { s3Client, sqsClient } from './clients.ts';
import { classifyAwsError } from './errors.ts';

/** Calls a service; the one way the rest of the engine sends SDK commands. */
export interface AwsCaller<C> {
  /**
   * Runs `attempt`, which builds its command anew each time. Credentials that have expired are renewed and a bucket of another
   * region is followed there, each once; any other failure rejects with a ParquetryError about `subject`.
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

interface Client {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: (options?: { forceRefresh?: boolean }) => Promise<unknown>;
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

  /** Whether something was done about a failure that makes a second attempt worthwhile. */
  const recover = async (thrown: unknown, client: C): Promise<boolean> => {
    const bucketRegion = redirectRegion(thrown);
    if (bucketRegion !== undefined && bucketRegion !== (await client.config.region())) {
      region = bucketRegion;
      return true;
    }
    return hasExpired(thrown) && renewCredentials(client);
  };

  return {
    async call(subject, attempt) {
      try {
        const client = await current();
        try {
          return await attempt(client);
        } catch (thrown) {
          if (!(await recover(thrown, client))) throw thrown;
          return await attempt(await current());
        }
      } catch (thrown) {
        throw classifyAwsError(thrown, subject, settings.profile);
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

const EXPIRED_NAMES: ReadonlySet<unknown> = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);

function hasExpired(thrown: unknown): boolean {
  return EXPIRED_NAMES.has((thrown as { name?: unknown } | undefined)?.name);
}

function renewCredentials(client: Client): Promise<boolean> {
  return client.config.credentials({ forceRefresh: true }).then(
    () => true,
    () => false,
  );
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
