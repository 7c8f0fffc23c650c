import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdminTarget } from './admin.ts';
import { ADMIN_PREFIX, handleAdmin } from './admin.ts';
import { createRealClock } from './clock.ts';
import type { FaultPlan, FaultRule } from './faults.ts';
import { createFaultPlan } from './faults.ts';
import { createRandom } from './random.ts';
import type { S3Service } from './s3/service.ts';
import { createS3Service } from './s3/service.ts';
import type { EmulatorClock, ServiceContext } from './service.ts';
import type { SqsService } from './sqs/service.ts';
import { createSqsService, SQS_TARGET_PREFIX } from './sqs/service.ts';

/** Longer than any SDK keeps an idle connection: one that we close first can swallow the client's next request. */
const KEEP_ALIVE_MS = 75_000;

export interface EmulatorOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** 127.0.0.1 unless told: the emulator checks no credentials. */
  host?: string;
  /** Keeps S3 objects here over restarts; in memory unless told. */
  folder?: string;
  /** Of everything random; the same seed repeats a run. */
  seed?: number;
  clock?: EmulatorClock;
  faults?: readonly FaultRule[];
  /** The cap of messages in flight in a queue; AWS's 120,000 unless told. */
  inFlightLimit?: number;
}

/** A running SQS and S3 behind one port. */
export interface Emulator extends AsyncDisposable {
  /** For the SDK's `endpoint`, with any region, any credentials and `forcePathStyle`. */
  readonly endpoint: string;
  readonly port: number;
  readonly faults: FaultPlan;
  readonly clock: EmulatorClock;
  readonly sqs: SqsService;
  readonly s3: S3Service;
  /** Ends waiting polls and open connections; the port is free afterwards. */
  stop(): Promise<void>;
}

/** Starts the emulator in this thread. Rejects when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1', seed = 1, clock = createRealClock() } = options;
  const faults = createFaultPlan({ seed, rules: options.faults ?? [] });
  const context: ServiceContext = { clock, decideFaults: faults.decide, random: createRandom(seed) };
  const sqs = createSqsService(context, {
    decideDelivery: faults.decideDelivery,
    ...(options.inFlightLimit !== undefined && { inFlightLimit: options.inFlightLimit }),
  });
  const s3 = createS3Service(context, {
    notify: sqs.deliver,
    ...(options.folder !== undefined && { folder: options.folder }),
  });
  const reset = () => {
    faults.clear();
    sqs.reset();
    s3.reset();
  };
  const server = createRouter({ faults, clock, sqs, reset }, s3);
  server.listen(port, host);
  await once(server, 'listening');

  const stop = async () => {
    if (!server.listening) return;
    sqs.close();
    s3.close();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const { port: boundPort } = server.address() as AddressInfo;
  const endpoint = `http://${host}:${boundPort}`;
  return { endpoint, port: boundPort, faults, clock, sqs, s3, stop, [Symbol.asyncDispose]: stop };
}

/** SQS calls are known by a header and admin calls by their path; everything else is for S3. */
function createRouter(target: AdminTarget, s3: S3Service): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    const amzTarget = request.headers['x-amz-target'];
    if (typeof amzTarget === 'string' && amzTarget.startsWith(SQS_TARGET_PREFIX)) {
      target.sqs.handle(request, response, randomUUID());
    } else if (request.url?.startsWith(ADMIN_PREFIX)) {
      handleAdmin(request, response, target);
    } else {
      s3.handle(request, response, randomUUID());
    }
  });
}
