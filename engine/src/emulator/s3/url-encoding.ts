import { s3Error } from './errors.ts';

/**
 * The form encoding that S3 uses for keys in event records and in `encoding-type=url` listings: space is `+`, the
 * slash stays.
 */
export function encodeKey(key: string): string {
  return encodeURIComponent(key.toWellFormed())
    .replace(/%20/g, '+')
    .replace(/%2F/g, '/')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Decodes one path segment or header; throws `InvalidURI`. */
export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw Object.assign(s3Error('InvalidURI'), { cause });
  }
}
