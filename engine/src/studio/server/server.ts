import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { ParquetryError } from '../../core/errors.ts';
import { type Socket, socketTransport } from '../../protocol/socket-transport.ts';
import { createAccess, isOwnHost, isOwnOrigin, parseOrigin } from './access.ts';
import { createEngineProcess } from './engine-process.ts';
import { openPages, type Pages } from './pages.ts';
import { relay } from './relay.ts';

const isSource = import.meta.url.endsWith('.ts');
const bundledPages = fileURLToPath(new URL(isSource ? '../../../dist/studio-web' : './studio-web', import.meta.url));

/** Of one message from a page: texts of files. */
const MAX_PAYLOAD_BYTES = 32 * 1024 ** 2;
/** Of the request that brings the secret. */
const MAX_SECRET_BYTES = 1024;

export interface StudioServerOptions {
  /** Folders whose pipelines are shown; user code in them is run. */
  readonly roots: readonly string[];
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /**
   * Other origins under which browsers reach this server, as a proxy or a forwarded port has them; the first is in the addresses that
   * are given out. Default: none, so that a page under any other name than this machine's is refused.
   */
  readonly origins?: readonly string[];
  /** Default: the pages of this package. */
  readonly pages?: string;
  /** Called when the engine's process ended by itself; it is started again with the next request of a page. */
  readonly onEngineDeath?: (how: string) => void;
}

export interface StudioServer extends AsyncDisposable {
  /** With the secret behind `#`: to be opened in a browser. */
  readonly url: string;
  /** The same with a secret that works once. */
  ticketUrl(): string;
  readonly port: number;
  /** Process id of the engine, while there is one. */
  readonly enginePid: number | undefined;
  close(): Promise<void>;
}

/**
 * Serves the studio's pages, and the engine to those that know the secret. Rejects with E_CONFIG if the port cannot be had, or an
 * origin is none.
 */
export async function startStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const { roots, host = '127.0.0.1', onEngineDeath = () => {} } = options;
  const names = { host: host.toLowerCase(), origins: (options.origins ?? []).map(parseOrigin) };
  const pages = await openPages(options.pages ?? bundledPages);
  const access = createAccess();
  const engine = createEngineProcess(roots, onEngineDeath);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES, perMessageDeflate: false });
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request, names)) {
      return end(response, 403, 'this server does not go by that name: `parquetry studio --origin` gives it another');
    }
    const pathname = pathOf(request);
    if (pathname === '/session') return await session(request, response);
    if (request.method !== 'GET') return end(response, 405, 'only GET is answered here');
    if (pathname === '/') return sendStart(pages, response);
    const file = await pages.read(pathname);
    if (file === undefined) return end(response, 404, 'there is no such page');
    response.writeHead(200, headers(file.type)).end(file.bytes);
  }

  /** GET: whether the session holds. POST: begins one with the secret as the body. */
  async function session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return end(response, access.hasSession(request, port) ? 204 : 403, '');
    if (request.method !== 'POST' || !isOwnOrigin(request, names))
      return end(response, 403, 'a page of this server must ask');
    if (!access.admits(await bodyOf(request))) return end(response, 403, 'that is not the secret of this server');
    response.writeHead(204, { ...headers('text/plain'), 'set-cookie': access.cookie(request, port) }).end();
  }

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const isAllowed = isOwnHost(request, names) && isOwnOrigin(request, names) && access.hasSession(request, port);
    if (!isAllowed || pathOf(request) !== '/engine') {
      stream.end(`HTTP/1.1 ${isAllowed ? '404 Not Found' : '403 Forbidden'}\r\nconnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      // A message that is too large closes the socket; the event says nothing more.
      socket.on('error', () => socket.terminate());
      relay(socketTransport(socket as unknown as Socket), engine.connect());
    });
  });

  const port = await listen(server, host, options.port ?? 0);
  const close = async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await Promise.all([new Promise<void>((resolve) => server.close(() => resolve())), engine.close()]);
  };
  const own = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const address = (secret: string) => `${names.origins[0] ?? own}/#${secret}`;
  return {
    url: address(access.secret),
    ticketUrl: () => address(access.ticket()),
    port,
    get enginePid() {
      return engine.pid;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** As it was written: what names a file is exactly its name, and nothing is resolved. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.slice(0, url.search(/[?#]|$/));
}

function sendStart(pages: Pages, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "worker-src 'self'",
    // Monaco places each line by a style attribute.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  response.writeHead(200, { ...headers('text/html; charset=utf-8'), 'content-security-policy': policy });
  response.end(pages.start(nonce));
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, headers('text/plain; charset=utf-8')).end(status === 204 ? undefined : `${text}\n`);
}

const headers = (type: string) => ({
  'content-type': type,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_SECRET_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function listen(server: ReturnType<typeof createServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? `port ${port} is taken` : `cannot listen on ${host}:${port}: ${cause.code}`;
      reject(new ParquetryError('E_CONFIG', why, { hint: 'Choose another with --port, or leave it out.', cause }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
