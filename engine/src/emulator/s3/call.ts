import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Payload } from './payload.ts';
import type { Address, S3Action } from './router.ts';
import type { XmlValue } from './xml.ts';

/** One request, understood. */
export interface S3Call extends Address {
  action: S3Action;
  headers: IncomingHttpHeaders;
  request: IncomingMessage;
  requestId: string;
  /** Region in the scope of the signature, which is where the client believes the bucket to be. */
  region: string;
  /** Where to flip a byte of the object, as a fraction of its length; undefined leaves it whole. */
  flipAt?: number;
}

/** What a handler wants said. At most one of `xml` and `body`. */
export interface Answer {
  status: number;
  headers?: Record<string, string | number>;
  xml?: { root: string; value: XmlValue };
  /** The bytes `[start, end)` of an object. */
  body?: { payload: Payload; start: number; end: number };
}

/** A header as one string; node joins repeated ones. */
export function header(call: Pick<S3Call, 'headers'>, name: string): string | undefined {
  return call.headers[name]?.toString();
}

const UNSCOPED_REGION = 'us-east-1';

/** The region of a signature, be it a header (SigV4) or a presigned URL; us-east-1 when there is none. */
export function signatureRegion(headers: IncomingHttpHeaders, query: URLSearchParams): string {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  // <access key>/<date>/<region>/s3/aws4_request
  return credential?.split('/').at(-3) ?? UNSCOPED_REGION;
}
