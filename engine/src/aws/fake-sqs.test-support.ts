import { createPrivateKey } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came, its body whole. */
export interface HeardRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request; `n` counts from 0. */
export type Answering = (request: HeardRequest, response: ServerResponse, n: number) => void;

/** A server on this machine that answers as told and remembers what it heard. */
export interface FakeService extends AsyncDisposable {
  readonly endpoint: string;
  readonly heard: readonly HeardRequest[];
  /** Connections that were opened to it. */
  connections(): number;
}

/** With `tls` it shows `trustedCertificate`. */
export async function startFakeService(answer: Answering, { tls = false } = {}): Promise<FakeService> {
  const heard: HeardRequest[] = [];
  let connections = 0;
  const listen = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '/', headers } = request;
      answer({ url, headers, body: Buffer.concat(chunks).toString() }, response, heard.length);
      heard.push({ url, headers, body: Buffer.concat(chunks).toString() });
    });
  };
  const key = createPrivateKey({ key: PRIVATE_KEY, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' });
  const server = tls ? createTlsServer({ key, cert: trustedCertificate }, listen) : createServer(listen);
  server.on('connection', (_: Socket) => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A JSON answer of SQS. */
export function answerJson(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
  response.end(JSON.stringify(body));
}

/** For localhost, signed by itself, made for these tests and used by nobody else. */
const PRIVATE_KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: '9tRkYKaAXLDsUJUJqNYGq1qQIYOSXyUpxFpHN6oX0Pw',
  y: 'Aiy3_YWFraAaWWVn7dS6Au1o348HBl81IhjJrio83WE',
  d: 'q-lXs9rv-WdzJOg9MpBgpEp_JQOChoe1wUE7df5PBaY',
};
export const trustedCertificate = `-----BEGIN CERTIFICATE-----
MIIBZjCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPbUZGCmgFyw7FCV
CajWBqtakCGDkl8lKcRaRzeqF9D8Aiy3/YWFraAaWWVn7dS6Au1o348HBl81IhjJ
rio83WGjTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMB0GA1UdDgQWBBTVtazxpzhs67Y2qmIG6MGKcndmRzAKBggqhkjOPQQD
AgNHADBEAiB2GcbXCcdaJX8t9/NfU+q6ksirumGyr0/fy+aY/owSqAIgSNOid3UQ
A5fCuBdZPt+voLL4oHdBxFnvxHuyKZjaWbc=
-----END CERTIFICATE-----
`;
