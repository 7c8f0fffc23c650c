import { expect, test } from 'vitest';
import { parseAddress, startHealthServer } from './server.ts';

test.each([
  ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
  [':9464', { host: '127.0.0.1', port: 9464 }],
  ['0.0.0.0:1', { host: '0.0.0.0', port: 1 }],
  ['[::1]:9464', { host: '::1', port: 9464 }],
])('%s is an address', (text, parsed) => {
  expect(parseAddress(text)).toEqual(parsed);
});

test.each(['9464', 'host', 'host:port', '::1:9464', '1.2.3.4:70000'])('%s is none, and the error says how', (text) => {
  expect(() => parseAddress(text)).toThrow(
    expect.objectContaining({ code: 'E_CONFIG', hint: expect.stringContaining('127') }),
  );
});

test('answers metrics and health, and nothing else', async () => {
  let isReady = true;
  const server = await startHealthServer('127.0.0.1:0', {
    isAlive: () => true,
    isReady: () => isReady,
    contentType: 'text/plain; version=0.0.4',
    metrics: async () => 'up 1\n',
  });
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://${server.address}${path}`, { method });
    return [response.status, await response.text()];
  };
  expect(await get('/metrics')).toEqual([200, 'up 1\n']);
  expect(await get('/livez')).toEqual([200, 'ok\n']);
  expect(await get('/readyz')).toEqual([200, 'ok\n']);
  isReady = false;
  expect(await get('/readyz')).toEqual([503, 'no\n']);
  expect((await get('/'))[0]).toBe(404);
  expect((await get('/metrics', 'POST'))[0]).toBe(405);
  await expect(startHealthServer(server.address, {} as never)).rejects.toThrow(/EADDRINUSE/);
  await server.close();
});
