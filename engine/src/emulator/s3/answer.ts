import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from './call.ts';
import { S3Error, s3Error } from './errors.ts';
import { hostId } from './notifications.ts';
import { flipByteAt, slicePayload } from './payload.ts';
import { renderXml } from './xml.ts';

/** One request and its answer under way. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
}

/**
 * Sends an answer; object bytes go out as fast as the client takes them. `flipAt` damages one byte of an object, and
 * nothing else: the headers still tell the truth. Rejects when the client goes away.
 */
export async function sendAnswer(exchange: Exchange, answer: Answer, flipAt: number | undefined): Promise<void> {
  const { request, response } = exchange;
  const document = answer.xml && renderXml(answer.xml.root, answer.xml.value);
  writeHead(exchange, answer, document);
  if (!answer.body || request.method === 'HEAD') {
    response.end(document);
    return;
  }
  const { payload, start, end } = answer.body;
  const slices = slicePayload(payload, start, end);
  const bytes = flipAt === undefined ? slices : flipByteAt(slices, Math.floor(flipAt * (end - start)));
  await pipeline(Readable.from(bytes, { objectMode: false }), response);
}

function writeHead(exchange: Exchange, { status, headers = {} }: Answer, document: string | undefined): void {
  exchange.response.writeHead(status, {
    'x-amz-request-id': exchange.requestId,
    'x-amz-id-2': hostId(exchange.requestId),
    server: 'AmazonS3',
    ...(document !== undefined && { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(document) }),
    ...(document === undefined && status !== 204 && status !== 304 && { 'content-length': 0 }),
    ...headers,
  });
}

/** Sends an error document, or only its status to HEAD; anything but an `S3Error` is an `InternalError`. */
export function sendError(exchange: Exchange, failure: unknown): void {
  const { request, response, requestId } = exchange;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // A defect of the emulator itself: whoever runs into it should see what it was.
  const error = failure instanceof S3Error ? failure : s3Error('InternalError', { message: String(failure) });
  const resource = (request.url ?? '/').split('?')[0]!;
  const isBodiless = request.method === 'HEAD' || error.status === 304;
  const document = isBodiless
    ? undefined
    : renderXml('Error', [
        ['Code', error.code],
        ['Message', error.message],
        ...Object.entries(error.fields),
        ['Resource', resource],
        ['RequestId', requestId],
        ['HostId', hostId(requestId)],
      ]);
  writeHead(exchange, { status: error.status, headers: error.headers }, document);
  response.end(document);
}
