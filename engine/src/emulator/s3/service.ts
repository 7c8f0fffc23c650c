import type { Service, ServiceContext } from '../service.ts';
import { HANDLERS } from './actions/table.ts';
import { type Exchange, sendAnswer, sendError } from './answer.ts';
import { type S3Call, signatureRegion } from './call.ts';
import { faultSet, sufferBefore } from './faults.ts';
import { folderJournal, memoryJournal } from './persistence.ts';
import { bucketOfHost, parseTarget, routeAction } from './router.ts';
import { S3Runtime } from './runtime.ts';

/** How the emulated S3 is set up. */
export interface S3ServiceOptions {
  /** Where buckets and objects survive a restart; without one they live in memory. Uploads in progress never survive. */
  folder?: string;
  /** Puts an event message into a queue; false when there is no such queue. */
  notify(queueArn: string, body: string): boolean;
  /** Further domains whose subdomains are buckets, besides `s3.localhost`, `localhost` and AWS's own. */
  virtualHosts?: string[];
  /** Answer 301 to requests signed for another region than the bucket's, as AWS does. Off by default. */
  regionRedirects?: boolean;
}

/** The emulated S3. Signatures are not verified and any credential is good. */
export interface S3Service extends Service {
  /** Everything stored, for tests that prepare or inspect more than a client could. */
  readonly runtime: S3Runtime;
  /** Forgets all buckets and objects, on disk too. */
  reset(): void;
}

/** Creates the service; with a folder it first reads back, synchronously, what is there. */
export function createS3Service(context: ServiceContext, options: S3ServiceOptions): S3Service {
  const runtime = new S3Runtime({
    clock: context.clock,
    journal: options.folder === undefined ? memoryJournal : folderJournal(options.folder),
    notify: options.notify,
    regionRedirects: options.regionRedirects ?? false,
  });
  const hosts = options.virtualHosts ?? [];
  return {
    runtime,
    handle: (request, response, requestId) => handle(context, runtime, hosts, { request, response, requestId }),
    close: () => {},
    reset: () => runtime.reset(),
  };
}

async function handle(
  context: ServiceContext,
  runtime: S3Runtime,
  hosts: readonly string[],
  exchange: Exchange,
): Promise<void> {
  try {
    const call = parseCall(exchange, hosts);
    const faults = faultSet(context.decideFaults({ service: 's3', action: call.action, resource: resourceOf(call) }));
    if (!(await sufferBefore(faults, exchange, context.clock))) return;
    if (faults['flip-byte']) call.flipAt = context.random();
    try {
      const answer = await HANDLERS[call.action](runtime, call);
      if (!faults['lose-answer']) await sendAnswer(exchange, answer, call.flipAt);
    } finally {
      if (faults['lose-answer']) exchange.request.socket.destroy();
    }
  } catch (failure) {
    sendError(exchange, failure);
  }
}

function parseCall({ request, requestId }: Exchange, hosts: readonly string[]): S3Call {
  const { headers, method = 'GET', url = '/' } = request;
  const address = parseTarget(url, bucketOfHost(headers.host, hosts));
  const region = signatureRegion(headers, address.query);
  return { ...address, action: routeAction(method, address, headers), headers, request, requestId, region };
}

function resourceOf({ bucket, key }: S3Call): string {
  return key === '' ? bucket : `${bucket}/${key}`;
}
