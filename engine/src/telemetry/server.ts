import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ParquetryError } from '../core/errors.ts';

/** What the pages say. */
export interface Health {
  /** The process works: its event loop answers. False makes an orchestrator restart it. */
  isAlive(): boolean;
  /** It receives and delivers. False from the first moment of a shutdown. */
  isReady(): boolean;
  readonly contentType: string;
  metrics(): Promise<string>;
  /** Further pages by their path. */
  readonly pages?: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>>;
}

export interface HealthServer {
  /** Host and port it really listens on. */
  readonly address: string;
  close(): Promise<void>;
}

/** An address as a pipeline file writes it: `127.0.0.1:9464`, `[::1]:9464`, `:9464` for 127.0.0.1. Port 0: any free one. */
export function parseAddress(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new ParquetryError('E_CONFIG', `an address must be host:port, got ${JSON.stringify(text)}`, {
      hint: 'For example 127.0.0.1:9464, or 0.0.0.0:9464 where others must reach it.',
    });
  }
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}

/** Serves `/metrics`, `/livez` and `/readyz`. Rejects with E_CONFIG if the address cannot be had. */
export async function startHealthServer(address: string, health: Health): Promise<HealthServer> {
  const { host, port } = parseAddress(address);
  const server = createServer((request, response) => void answer(request, response, health));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ParquetryError('E_CONFIG', `cannot listen on ${address}: ${cause.code ?? cause.message}`, {
          cause,
          hint: 'telemetry.listen names the address; another process may have the port.',
        }),
      ),
    );
    server.listen({ host, port }, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, health: Health): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const say = (status: number, type: string, text: string) => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
  };
  const sayWhether = (holds: boolean) => say(holds ? 200 : 503, 'text/plain', holds ? 'ok\n' : 'no\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'text/plain', 'GET only\n');
  if (pathname === '/livez') return sayWhether(health.isAlive());
  if (pathname === '/readyz') return sayWhether(health.isReady());
  const page = Object.hasOwn(health.pages ?? {}, pathname) ? health.pages?.[pathname] : undefined;
  if (page) return page(request, response);
  if (pathname !== '/metrics') return say(404, 'text/plain', 'There are /metrics, /livez and /readyz.\n');
  try {
    say(200, health.contentType, await health.metrics());
  } catch (thrown) {
    say(500, 'text/plain', `${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  }
}
