import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { createPeer, type Peer } from '../../protocol/peer.ts';
import { type Socket, socketTransport } from '../../protocol/socket-transport.ts';
import type { StudioMethods } from '../../protocol/studio-methods.ts';
import { type StudioServer, startStudioServer } from './server.ts';

let folder: string;
let server: StudioServer;
let deaths: string[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'studio-server-'));
  const pages = path.join(folder, 'pages');
  await mkdir(path.join(pages, 'monaco'), { recursive: true });
  await mkdir(path.join(folder, 'pipelines', 'clicks'), { recursive: true });
  await writeFile(path.join(pages, 'studio.html'), '<script nonce="{{nonce}}" src="/browser.js"></script>');
  await writeFile(path.join(pages, 'browser.js'), 'start();');
  await writeFile(path.join(pages, 'monaco', 'monaco.css'), '.a {}');
  await writeFile(path.join(pages, 'stamp.txt'), 'not a page');
  await writeFile(path.join(folder, 'secret.js'), 'secret');
  await writeFile(path.join(folder, 'pipelines', 'clicks', 'pipeline.yaml'), 'name: clicks\n');
  deaths = [];
  server = await startStudioServer({
    roots: [path.join(folder, 'pipelines')],
    pages,
    onEngineDeath: (how) => deaths.push(how),
  });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** As it stands: no client puts paths and headers right. */
function ask(pathname: string, { method = 'GET', headers = {}, body = '', port = server.port } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: pathname, method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode!, headers: response.headers, text });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const origin = () => `http://127.0.0.1:${server.port}`;
const secretOf = (url: string) => url.slice(url.indexOf('#') + 1);

async function cookieFor(
  secret: string,
  headers: Record<string, string> = { origin: origin() },
): Promise<string | undefined> {
  const { headers: answered } = await ask('/session', { method: 'POST', headers, body: secret });
  return answered['set-cookie']?.[0];
}

async function openSocket(headers: Record<string, string>): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/engine`, { headers });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

async function connect(): Promise<Peer<StudioMethods>> {
  const cookie = (await cookieFor(secretOf(server.url)))!.split(';')[0]!;
  const socket = await openSocket({ origin: origin(), cookie });
  return createPeer<StudioMethods>(socketTransport(socket as unknown as Socket));
}

describe('the pages', () => {
  test('come with a policy that lets one script run, by a nonce that is never the same', async () => {
    const [first, second] = await Promise.all([ask('/'), ask('/')]);
    const nonces = [first, second].map(({ text }) => /nonce="([^"]+)"/.exec(text)![1]!);
    expect(new Set(nonces).size).toBe(2);
    expect(first.headers['content-security-policy']).toContain(`script-src 'nonce-${nonces[0]}' 'strict-dynamic'`);
    expect(first.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  });

  test.each([
    ['/', 'text/html; charset=utf-8'],
    ['/browser.js', 'text/javascript; charset=utf-8'],
    ['/monaco/monaco.css', 'text/css; charset=utf-8'],
  ])('%s is kept by nobody and taken for nothing else', async (pathname, type) => {
    const { status, headers } = await ask(pathname);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  test.each([
    '/../secret.js',
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/monaco/../../secret.js',
    '/monaco/..%5c..%5csecret.js',
    '//secret.js',
    '/./../secret.js',
    '/secret.js%00.js',
    '/monaco',
    '/monaco/',
    '/studio.html/',
    '/stamp.txt',
    '/constructor',
    '/nothing.js',
  ])('%s leads nowhere', async (pathname) => {
    const { status, text } = await ask(pathname);
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });

  test('a path that is none is no reason to end', async () => {
    expect((await ask('http://')).status).toBeGreaterThanOrEqual(400);
    expect((await ask('/browser.js', { method: 'DELETE' })).status).toBe(405);
    expect((await ask('/')).status).toBe(200);
  });
});

describe('who may talk to the engine', () => {
  test('a name that a foreign DNS can point here is refused', async () => {
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1.evil.example', 'a b', '[::1]x']) {
      expect((await ask('/', { headers: { host } })).status, host).toBe(403);
    }
    for (const host of ['localhost', `localhost:${server.port}`, `[::1]:${server.port}`]) {
      expect((await ask('/', { headers: { host } })).status, host).toBe(200);
    }
  });

  test('the secret begins a session, any other text does not', async () => {
    const secret = secretOf(server.url);
    expect(await cookieFor(secret)).toMatch(/^parquetry-\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
    for (const wrong of ['', 'x', secret.slice(1), `${secret}x`, 'x'.repeat(100_000)]) {
      expect(await cookieFor(wrong), wrong.slice(0, 40)).toBeUndefined();
    }
  });

  test('a ticket works once', async () => {
    const ticket = secretOf(server.ticketUrl());
    expect(await cookieFor(ticket)).toBeDefined();
    expect(await cookieFor(ticket)).toBeUndefined();
  });

  test('a page of another origin cannot bring the secret, nor one that hides where it is from', async () => {
    const secret = secretOf(server.url);
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'http://evil.example' },
      { origin: 'http://127.0.0.1:1' },
    ]) {
      expect(await cookieFor(secret, headers as Record<string, string>), JSON.stringify(headers)).toBeUndefined();
    }
  });

  test('tells whether a session holds', async () => {
    const cookie = (await cookieFor(secretOf(server.url)))!.split(';')[0]!;
    expect((await ask('/session', { headers: { cookie } })).status).toBe(204);
    expect((await ask('/session', { headers: { cookie: `${cookie}x` } })).status).toBe(403);
    expect((await ask('/session')).status).toBe(403);
  });

  test('a WebSocket needs the cookie, the origin, and the name', async () => {
    const cookie = (await cookieFor(secretOf(server.url)))!.split(';')[0]!;
    const refused: Record<string, string>[] = [
      { origin: origin() },
      { cookie },
      { cookie, origin: 'http://evil.example' },
      { cookie: 'parquetry-1=x', origin: origin() },
      { cookie, origin: 'http://evil.example', host: 'evil.example' },
    ];
    for (const headers of refused) await expect(openSocket(headers), JSON.stringify(headers)).rejects.toThrow('403');
    (await openSocket({ cookie, origin: origin() })).terminate();
  });
});

describe('the engine behind it', () => {
  test('has the folders open that the server was started with, and a page cannot open others', async () => {
    const studio = await connect();
    const { pipelines } = await studio.request('workspace.pipelines', {});
    expect(pipelines.map(({ name }) => name)).toEqual(['clicks']);
    const opened = studio.request('workspace.open', { roots: ['/'], trusted: true });
    await expect(opened).rejects.toMatchObject({ code: 'E_ACCESS' });
    const read = studio.request('workspace.read', { file: path.join(folder, 'secret.js') });
    await expect(read).rejects.toMatchObject({ code: 'E_ACCESS' });
    studio.close();
  });

  test('is told from the others by E_CLOSED when it dies, and is there again for who asks next', async () => {
    const studio = await connect();
    const file = path.join(folder, 'pipelines', 'clicks', 'pipeline.yaml');
    expect(await studio.request('workspace.read', { file })).toEqual({ text: 'name: clicks\n' });
    const before = server.enginePid!;
    process.kill(before, 'SIGKILL');
    await studio.closed;
    await vi.waitFor(() => expect(deaths).toEqual(['SIGKILL']), { timeout: 20_000 });
    const again = await connect();
    expect(await again.request('workspace.read', { file })).toEqual({ text: 'name: clicks\n' });
    expect(server.enginePid).not.toBe(before);
    again.close();
  });

  test('hears nothing of a message that is too large, and its page is cut off', async () => {
    const studio = await connect();
    const large = studio.request('workspace.overlay', { file: 'x', text: 'x'.repeat(33 * 1024 ** 2) });
    await expect(large).rejects.toMatchObject({ code: 'E_CLOSED' });
    expect(deaths).toHaveLength(1);
  });
});

describe('a server that is reached under other names', () => {
  const forwarded = 'https://my-codespace-8080.app.github.dev';
  const named = 'http://studio.example:8080';
  let other: StudioServer;
  beforeAll(async () => {
    other = await startStudioServer({
      roots: [],
      pages: path.join(folder, 'pages'),
      origins: [`${forwarded}/`, 'HTTP://Studio.Example:8080'],
    });
  });
  afterAll(() => other.close());
  const begin = (headers: Record<string, string>) =>
    ask('/session', { method: 'POST', headers, body: secretOf(other.url), port: other.port });

  test('is given out under the first of them', () => {
    expect(other.url).toMatch(new RegExp(`^${forwarded}/#[\\w-]{32}$`));
    expect(other.ticketUrl()).toMatch(new RegExp(`^${forwarded}/#[\\w-]{32}$`));
  });

  test.each([
    ['a forwarding that keeps the name', { host: 'my-codespace-8080.app.github.dev', origin: forwarded }],
    ['a forwarding that does not', { host: 'localhost:8080', origin: forwarded }],
    ['a name of its own', { host: 'studio.example:8080', origin: named }],
    ['this machine, as before', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }],
  ])('lets in %s', async (_what, headers) => {
    const { status, headers: answered } = await begin(headers);
    expect(status).toBe(204);
    expect(/; Secure$/.test(answered['set-cookie']![0]!)).toBe(headers.origin.startsWith('https:'));
    const cookie = answered['set-cookie']![0]!.split(';')[0]!;
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/engine`, { headers: { ...headers, cookie } });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.terminate();
  });

  test.each([
    ['another codespace', { host: 'localhost:8080', origin: 'https://evil-8080.app.github.dev' }],
    ['the same name without TLS', { host: 'localhost:8080', origin: forwarded.replace('https', 'http') }],
    ['the same name at another port', { host: 'studio.example:8080', origin: 'http://studio.example:8081' }],
    ['a name below it', { host: 'x.studio.example:8080', origin: 'http://x.studio.example:8080' }],
    ['a name that nobody gave', { host: 'evil.example:8080', origin: 'http://evil.example:8080' }],
    ['a page that hides where it is from', { host: 'studio.example:8080', origin: 'null' }],
    ['what is no page', { host: 'studio.example:8080' }],
  ] as [string, Record<string, string>][])('refuses %s', async (_what, headers) => {
    expect((await begin(headers)).status).toBe(403);
  });

  test.each([
    '*',
    'https://*.github.dev',
    'studio.example',
    'https://a.example/path',
    'null',
    'file:///',
    'https://u@a.example',
  ])('%s is no origin', async (text) => {
    const pages = path.join(folder, 'pages');
    const started = startStudioServer({ roots: [], pages, origins: [text] });
    await expect(started).rejects.toMatchObject({ code: 'E_CONFIG' });
  });
});

test('a port that is taken is told', async () => {
  const pages = path.join(folder, 'pages');
  const second = startStudioServer({ roots: [], pages, port: server.port });
  await expect(second).rejects.toMatchObject({ code: 'E_CONFIG', message: `port ${server.port} is taken` });
});

test('pages that were not built are told, before anything is started', async () => {
  const pages = path.join(folder, 'nothing');
  await expect(startStudioServer({ roots: [], pages })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
});
