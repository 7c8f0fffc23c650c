import type { Segment } from './encoder.ts';

/** The bytes of a segment in one piece. */
export function bytesOf({ parts }: Pick<Segment, 'parts'>): Buffer {
  return Buffer.concat(parts);
}
