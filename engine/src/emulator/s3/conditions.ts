import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from './errors.ts';
import type { ObjectVersion } from './object.ts';
import { wholeSecondMs } from './time.ts';

/** The four conditional headers under one prefix: none for the request's own object, another for a copy's source. */
interface Conditions {
  ifMatch?: string;
  ifNoneMatch?: string;
  ifModifiedSinceMs?: number;
  ifUnmodifiedSinceMs?: number;
}

/** Whether a write is conditional at all. */
export function isConditionalWrite(headers: IncomingHttpHeaders): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
}

/**
 * Checks a conditional write against the current object, just before it. S3 knows two conditions: nothing is there
 * (`If-None-Match: *`), and this is there (`If-Match: etag`). `conflicted`: a delete succeeded since the write began.
 */
export function checkWrite(
  headers: IncomingHttpHeaders,
  current: ObjectVersion | undefined,
  conflicted: boolean,
): void {
  const { ifMatch, ifNoneMatch } = parseConditions(headers, '');
  if (ifNoneMatch !== undefined && (ifNoneMatch !== '*' || ifMatch !== undefined)) throw s3Error('NotImplemented');
  if (ifMatch !== undefined && !current) throw s3Error('NoSuchKey');
  if (conflicted) throw s3Error('ConditionalRequestConflict');
  if (ifNoneMatch === '*' && current) throw preconditionFailed('If-None-Match');
  if (ifMatch === undefined || !current) return;
  if (!etagMatches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

/** Checks a conditional delete, which unlike a plain one wants the object to be there. */
export function checkDelete(ifMatch: string | undefined, current: ObjectVersion | undefined): void {
  if (ifMatch === undefined) return;
  if (!current) throw s3Error('NoSuchKey');
  if (!etagMatches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

/** Checks a conditional read by RFC 9110: an etag condition outranks the date condition beside it. */
export function checkRead(headers: IncomingHttpHeaders, object: ObjectVersion): 'send' | 'not-modified' {
  const conditions = parseConditions(headers, '');
  checkPresent(conditions, object, '');
  return isUnwanted(conditions, object) ? 'not-modified' : 'send';
}

/** Checks the conditions on a copy's source, where even "not modified" is a failure. */
export function checkCopySource(headers: IncomingHttpHeaders, source: ObjectVersion): void {
  const prefix = 'x-amz-copy-source-';
  const conditions = parseConditions(headers, prefix);
  checkPresent(conditions, source, prefix);
  if (isUnwanted(conditions, source)) throw preconditionFailed(`${prefix}If-None-Match`);
}

function checkPresent(conditions: Conditions, object: ObjectVersion, prefix: string): void {
  const { ifMatch, ifUnmodifiedSinceMs } = conditions;
  if (ifMatch !== undefined) {
    if (!etagMatches(ifMatch, object.etag)) throw preconditionFailed(`${prefix}If-Match`);
  } else if (ifUnmodifiedSinceMs !== undefined && wholeSecondMs(object.lastModifiedMs) > ifUnmodifiedSinceMs) {
    throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  }
}

function isUnwanted({ ifNoneMatch, ifModifiedSinceMs }: Conditions, object: ObjectVersion): boolean {
  if (ifNoneMatch !== undefined) return etagMatches(ifNoneMatch, object.etag);
  return ifModifiedSinceMs !== undefined && wholeSecondMs(object.lastModifiedMs) <= ifModifiedSinceMs;
}

function etagMatches(header: string, etag: string): boolean {
  return header.split(',').some((candidate) => {
    const bare = candidate.trim().replace(/^W\//, '').replaceAll('"', '');
    return bare === '*' || bare === etag;
  });
}

function parseConditions(headers: IncomingHttpHeaders, prefix: string): Conditions {
  const header = (name: string) => headers[`${prefix}${name}`]?.toString();
  return {
    ifMatch: header('if-match'),
    ifNoneMatch: header('if-none-match'),
    ifModifiedSinceMs: dateMs(header('if-modified-since')),
    ifUnmodifiedSinceMs: dateMs(header('if-unmodified-since')),
  };
}

/** An unreadable date counts as absent, as RFC 9110 demands. */
function dateMs(header: string | undefined): number | undefined {
  const ms = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(ms) ? undefined : ms;
}

function preconditionFailed(condition: string) {
  return s3Error('PreconditionFailed', { fields: { Condition: condition } });
}
