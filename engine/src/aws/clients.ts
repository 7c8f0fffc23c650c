import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import {
  CONNECT_TIMEOUT_MS,
  type Environment,
  isLoopback,
  MAX_CONNECTIONS,
  type Network,
  networkOf,
} from './network.ts';
import { steadyCredentials } from './steady-credentials.ts';

/** Region of emulators and other custom endpoints, where any will do. */
const ENDPOINT_REGION = 'us-east-1';
const USER_AGENT: [string, string][] = [['parquetry', '1']];
/** The longest SQS call is a long poll of 20 s. */
const SQS_REQUEST_TIMEOUT_MS = 35_000;
/** An upload may take long as a whole, but not without a byte moving. Completing a multipart upload is the slowest answer. */
const S3_IDLE_TIMEOUT_MS = 60_000;

/** Variables any of which says that somebody has set up credentials on purpose. */
const CREDENTIAL_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

const nothing = (): void => {};
/** The SDK falls back to the console where no logger is set. */
const sdkLogger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

type Service = 'sqs' | 's3';

/** A client for queues. Loads the SDK on first use; the caller destroys it. */
export async function sqsClient(settings: AwsSettings, environment: Environment = process.env): Promise<SQSClient> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const config: SQSClientConfig = {
    ...(await commonConfig(settings, 'sqs', environment)),
    requestHandler: handlerOptions(await networkOf(endpointOf(settings, 'sqs'), environment), {
      requestTimeout: SQS_REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    }),
    md5: false, // the SDK fails a whole receive for one bad body; the source checks each
  };
  return withRegion(new SQSClient(config));
}

/** A client for objects. Loads the SDK on first use; the caller destroys it. */
export async function s3Client(settings: AwsSettings, environment: Environment = process.env): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const config: S3ClientConfig = {
    ...(await commonConfig(settings, 's3', environment)),
    requestHandler: handlerOptions(await networkOf(endpointOf(settings, 's3'), environment), {
      socketTimeout: S3_IDLE_TIMEOUT_MS,
    }),
    forcePathStyle: settings.forcePathStyle ?? endpointOf(settings, 's3') !== undefined,
    // Checksums are computed once, by whoever writes or reads; the SDK's own mismatch is an error without a code.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false, // with it the SDK opens a new connection for every upload
  };
  return withRegion(new S3Client(config));
}

/** The endpoint that a service is reached at; undefined means AWS itself. */
export function endpointOf(settings: AwsSettings, service: Service): string | undefined {
  return (service === 'sqs' ? settings.sqsEndpoint : settings.s3Endpoint) ?? settings.endpoint;
}

async function commonConfig(settings: AwsSettings, service: Service, environment: Environment) {
  const endpoint = endpointOf(settings, service);
  return {
    endpoint,
    region: settings.region ?? (endpoint === undefined ? undefined : (environment.AWS_REGION ?? ENDPOINT_REGION)),
    profile: settings.profile,
    credentials: await credentialsOf(settings, endpoint, environment),
    maxAttempts: 1, // retries are ours: one policy, one set of counters
    customUserAgent: USER_AGENT,
    logger: sdkLogger,
  };
}

/** Undefined leaves it to the SDK's own chain. Whatever comes from a role or a session renews itself. */
async function credentialsOf(settings: AwsSettings, endpoint: string | undefined, environment: Environment) {
  if (settings.roleArn !== undefined) {
    const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
    const assumed = fromTemporaryCredentials({
      params: { RoleArn: settings.roleArn, RoleSessionName: 'parquetry' },
      clientConfig: { endpoint: settings.endpoint, region: settings.region, profile: settings.profile },
    });
    return steadyCredentials(assumed);
  }
  const chosen = settings.profile !== undefined || CREDENTIAL_VARIABLES.some((name) => environment[name]);
  if (chosen || endpoint === undefined || !isLoopback(endpoint)) return undefined;
  return { accessKeyId: 'test', secretAccessKey: 'test' };
}

function handlerOptions(
  { proxy, ca }: Network,
  timeouts: { requestTimeout?: number; socketTimeout?: number; throwOnRequestTimeout?: boolean },
) {
  const proxyEnv = proxy && { HTTP_PROXY: proxy.httpProxy, HTTPS_PROXY: proxy.httpsProxy, NO_PROXY: proxy.noProxy };
  const agent = { keepAlive: true, maxSockets: MAX_CONNECTIONS, proxyEnv };
  return { connectionTimeout: CONNECT_TIMEOUT_MS, httpAgent: agent, httpsAgent: { ...agent, ca }, ...timeouts };
}

/** Without this check the first call fails with an error that has no code. */
async function withRegion<C extends { config: { region(): Promise<string> }; destroy(): void }>(client: C): Promise<C> {
  try {
    await client.config.region();
    return client;
  } catch (cause) {
    client.destroy();
    throw new ParquetryError('E_CONFIG', 'aws.region must be set, and neither AWS_REGION nor the profile sets it', {
      cause,
      hint: 'Set aws.region in the pipeline file, or AWS_REGION in the environment.',
    });
  }
}
