import { z } from 'zod';

const s3Target = z.strictObject({
  bucket: z.string().min(3).describe('Name of the bucket.'),
  prefix: z.string().default('_errors').describe('Folder in the bucket. Keep it apart from that of the data.'),
});
const sqsTarget = z.strictObject({
  queue: z
    .string()
    .min(1)
    .describe('The queue: its name, URL or ARN. Bodies are the original records, ready for a redrive.'),
});
const fileTarget = z.strictObject({
  path: z.string().min(1).describe('Local folder; relative to the pipeline.'),
});

/** Where dead letters go: exactly one of the three. */
export const deadLetterTarget = z.union([
  z.strictObject({ s3: s3Target }).describe('NDJSON files in a bucket, by day and reason.'),
  z.strictObject({ sqs: sqsTarget }).describe('One message per record in a queue.'),
  z.strictObject({ file: fileTarget }).describe('NDJSON files in a local folder, by day and reason.'),
]);

export type DeadLetterTarget = z.output<typeof deadLetterTarget>;
