import type { IncomingHttpHeaders } from 'node:http';
import type { Emulator } from '../../../engine/src/emulator/emulator.ts';

/** A request as it came to the emulator. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** The requests that S3 gets from now on, as they begin. */
export function spyS3({ s3 }: Emulator): Call[] {
  const calls: Call[] = [];
  const handle = s3.handle.bind(s3);
  s3.handle = (request, ...rest) => {
    calls.push({ method: request.method!, url: request.url!, headers: request.headers });
    return handle(request, ...rest);
  };
  return calls;
}

/** A call of SQS; `open` while it is not answered. */
export interface SqsCall {
  readonly action: string;
  readonly headers: IncomingHttpHeaders;
  readonly input: Promise<Record<string, unknown>>;
  open: boolean;
}

/** The calls that SQS gets from now on. `heard` is told of each. */
export function spySqs({ sqs }: Emulator, heard: (call: SqsCall) => void = () => undefined): SqsCall[] {
  const calls: SqsCall[] = [];
  const handle = sqs.handle.bind(sqs);
  sqs.handle = (request, response, ...rest) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const input = new Promise<Record<string, unknown>>((resolve) => {
      request.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    const { headers } = request;
    const call = { action: String(headers['x-amz-target']).split('.')[1]!, headers, input, open: true };
    response.on('close', () => {
      call.open = false;
    });
    calls.push(call);
    heard(call);
    return handle(request, response, ...rest);
  };
  return calls;
}
