import type { SQSClient } from '@aws-sdk/client-sqs';
import { ParquetryError } from '../core/errors.ts';
import type { SigningScope } from './sigv4.ts';

/** Where the SDK sends the calls of a queue, and how it signs and labels them. */
export interface SdkTarget {
  /** `https://sqs.eu-west-1.amazonaws.com` */
  readonly origin: string;
  readonly path: string;
  readonly scope: SigningScope;
  /** What all calls have in common, by lower-case name: `host`, `content-type`, … To be signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same, but of headers that proxies may change on the way. */
  readonly unsignedHeaders: Readonly<Record<string, string>>;
}

/** Headers that belong to one request (the others are the same for all of them), and one that says what the user agent says. */
const LEFT_OUT =
  /^(amz-sdk-.*|authorization|content-length|x-amz-(content-sha256|date|security-token|target|user-agent))$/;

interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Has the SDK prepare a call and looks at it instead of sending it: region, endpoint (dual stack, FIPS, partitions, configured ones) and
 * scope are what the SDK makes of them, whatever they depend on. Rejects as the call itself would, E_CONFIG where it is not SigV4.
 */
export async function sdkTarget(client: SQSClient, queueUrl: string): Promise<SdkTarget> {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const command = new ReceiveMessageCommand({ QueueUrl: queueUrl });
  let request: SignedRequest | undefined;
  command.middlewareStack.add(
    () => async (args) => {
      request = args.request as SignedRequest;
      return { output: { $metadata: {} }, response: { headers: {} } };
    },
    { name: 'lookAtRequest', step: 'deserialize', priority: 'high' },
  );
  await client.send(command);
  return targetOf(request!);
}

function targetOf({ protocol, hostname, port, path, headers }: SignedRequest): SdkTarget {
  const [, region, service] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request,/.exec(headers.authorization ?? '') ?? [];
  if (region === undefined || service === undefined) {
    throw new ParquetryError(
      'E_CONFIG',
      'calls to SQS must be signed with SigV4, but the AWS SDK signs them otherwise here',
      {
        hint: 'Set source.sqs.client to sdk.',
      },
    );
  }
  const common = Object.entries(headers).filter(([name]) => !LEFT_OUT.test(name.toLowerCase()));
  const isUnsigned = ([name]: readonly [string, string]) => name.toLowerCase() === 'user-agent';
  return {
    origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
    path,
    scope: { region, service },
    headers: Object.fromEntries(common.filter((header) => !isUnsigned(header))),
    unsignedHeaders: Object.fromEntries(common.filter(isUnsigned)),
  };
}
