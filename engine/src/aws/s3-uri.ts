import { ParquetryError } from '../core/errors.ts';

/** An object, or a prefix where the key is empty or ends in a slash. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** Reads `s3://bucket/key`, the key as it is stored (nothing is percent-decoded); undefined if the text is no S3 URI. */
export function parseS3Uri(text: string): S3Location | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}

/** Like `parseS3Uri`; E_CONFIG if the text is no S3 URI. `subject` is the option it comes from. */
export function requireS3Uri(text: string, subject: string): S3Location {
  const location = parseS3Uri(text);
  if (location) return location;
  throw new ParquetryError('E_CONFIG', `${subject} must look like s3://bucket/key, got ${JSON.stringify(text)}`);
}

export function formatS3Uri({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}
