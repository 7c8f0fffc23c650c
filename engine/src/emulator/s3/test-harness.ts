import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DecideFaults, Fault } from '../service.ts';
import { createS3Service, type S3Service, type S3ServiceOptions } from './service.ts';

/** The service alone on a port, with everything a test wants to steer or see. */
export interface S3Harness extends AsyncDisposable {
  endpoint: string;
  port: number;
  service: S3Service;
  /** Faults for the calls to come, by action; each list is used up from its front, one entry a call. */
  faults: Map<string, Fault[][]>;
  calls: { action: string; resource: string }[];
  notifications: { queueArn: string; body: string }[];
}

/** Starts the S3 service on 127.0.0.1. Its clock is the machine's, its dice always say 0.5. */
export async function startS3(options: Partial<S3ServiceOptions> = {}): Promise<S3Harness> {
  const faults: S3Harness['faults'] = new Map();
  const calls: S3Harness['calls'] = [];
  const notifications: S3Harness['notifications'] = [];
  const decideFaults: DecideFaults = ({ action, resource }) => {
    calls.push({ action, resource });
    return faults.get(action)?.shift() ?? [];
  };
  const service = createS3Service(
    { clock: { now: Date.now, at: systemTimer }, decideFaults, random: () => 0.5 },
    { notify: (queueArn, body) => notifications.push({ queueArn, body }) > 0, ...options },
  );
  let requests = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void service.handle(request, response, `request-${++requests}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    service,
    faults,
    calls,
    notifications,
    async [Symbol.asyncDispose]() {
      service.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function systemTimer(atMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.max(0, atMs - Date.now()));
  timer.unref();
  return () => clearTimeout(timer);
}
