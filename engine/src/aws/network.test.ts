import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { sqsCaller } from './caller.ts';
import { sqsClient } from './clients.ts';
import { answerJson, startFakeService, trustedCertificate } from './fake-sqs.test-support.ts';
import { type Environment, networkOf } from './network.ts';
import { openSqsWire } from './sqs-wire.ts';

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/1/clicks';
const keys = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 's' };

/** What comes of a call by the SDK and of one by ourselves, to the same place in the same environment. */
async function callBoth(endpoint: string, environment: Environment): Promise<unknown[]> {
  const client = await sqsClient({ endpoint, region: 'eu-west-1' }, environment);
  Object.assign(client.config, { credentials: async () => ({ accessKeyId: 'A', secretAccessKey: 's' }) });
  const wire = await openSqsWire(client, QUEUE_URL, environment);
  const name = (error: { code?: string; name?: string }) => error.code ?? error.name;
  const outcomes = [
    await client.send(new ListQueuesCommand()).then(({ QueueUrls }) => QueueUrls, name),
    await wire.send('ReceiveMessage', {}).then((answer) => (answer as { QueueUrls: string[] }).QueueUrls, name),
  ];
  wire.close();
  client.destroy();
  return outcomes;
}

/** Takes whatever is asked of it to `endpoint`, by forwarding and by tunnels; says for whom. */
async function startProxy(endpoint: string) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const { port } = new URL(endpoint);
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${new URL(request.url!).host}`);
    const onward = httpRequest({ port, host: '127.0.0.1', method: request.method, headers: request.headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    const onward = connect(Number(port), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const end of [onward, socket]) {
      sockets.add(end);
      end.on('error', () => end.destroy());
    }
    onward.pipe(socket).pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundleFile() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-'));
  const file = path.join(folder, 'ca.pem');
  await writeFile(file, trustedCertificate);
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('a proxy of the environment', () => {
  it('is used by the SDK and by ourselves', async () => {
    await using service = await startFakeService((_, response) => answerJson(response, { QueueUrls: ['here'] }));
    await using proxy = await startProxy(service.endpoint);
    expect(await callBoth('http://queues.invalid', { ...keys, http_proxy: proxy.url })).toEqual([['here'], ['here']]);
    expect(proxy.asked.map((line) => line.split(' ')[1]!.replace(/:80$/, ''))).toEqual([
      'queues.invalid',
      'queues.invalid',
    ]);
  });

  it('is asked for a tunnel where the service speaks TLS, and the service shows its own certificate', async () => {
    await using service = await startFakeService((_, response) => answerJson(response, {}), { tls: true });
    await using proxy = await startProxy(service.endpoint);
    await using trusted = await bundleFile();
    const outcomes = await callBoth('https://queues.invalid', {
      ...keys,
      HTTPS_PROXY: proxy.url,
      AWS_CA_BUNDLE: trusted.file,
    });
    expect(outcomes).toEqual(['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_INVALID']);
    expect(proxy.asked).toEqual(['CONNECT queues.invalid:443', 'CONNECT queues.invalid:443']);
  });

  it('is not used for hosts of NO_PROXY', async () => {
    await using proxy = await startProxy('http://127.0.0.1:1');
    const outcomes = await callBoth('http://queues.invalid', {
      ...keys,
      HTTP_PROXY: proxy.url,
      NO_PROXY: '.example.com,queues.invalid',
    });
    expect(outcomes).toEqual([
      expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
      expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    ]);
    expect(proxy.asked).toEqual([]);
  });

  it('is not used on this machine, so that the emulator is found behind any of them', async () => {
    expect(await networkOf('http://127.0.0.1:4566', { HTTP_PROXY: 'http://proxy:3128' })).toEqual({});
    expect(await networkOf(undefined, { HTTPS_PROXY: 'http://proxy:3128' })).toMatchObject({
      proxy: { httpsProxy: 'http://proxy:3128' },
    });
  });
});

describe('a certificate', () => {
  it('that is not trusted fails with what to set; one of AWS_CA_BUNDLE is trusted', async () => {
    await using service = await startFakeService((_, response) => answerJson(response, { QueueUrls: ['here'] }), {
      tls: true,
    });
    await using trusted = await bundleFile();
    const untrusted = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    expect(await callBoth(service.endpoint, keys)).toEqual([untrusted, untrusted]);
    expect(await callBoth(service.endpoint, { ...keys, AWS_CA_BUNDLE: trusted.file })).toEqual([['here'], ['here']]);

    const caller = sqsCaller({ endpoint: service.endpoint });
    const listed = caller.call('the list of queues', (client) => client.send(new ListQueuesCommand()));
    await expect(listed).rejects.toMatchObject({ code: 'E_CONFIG', hint: expect.stringContaining('AWS_CA_BUNDLE') });
    caller.close();
  });

  it('cannot come from a bundle that is not there', async () => {
    await expect(networkOf(undefined, { AWS_CA_BUNDLE: 'no-such-file.pem' })).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringContaining('AWS_CA_BUNDLE must name a readable file, got no-such-file.pem'),
    });
  });
});
