import { z } from 'zod';
import { bytes } from '../../core/units.ts';

/** S3's own words, from the PutObject reference. */
const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
  'EXPRESS_ONEZONE',
  'REDUCED_REDUNDANCY',
] as const;
/** Tags an object may have and the characters in them, from the S3 user guide. */
const MAX_TAGS = 10;
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const sse = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('AES256').describe('Keys that S3 manages.') }),
  z.strictObject({
    type: z.enum(['aws:kms', 'aws:kms:dsse']).describe('A KMS key; dsse encrypts twice.'),
    kmsKeyId: z.string().min(1).optional().describe('ID, ARN or alias of the key; the AWS managed key unless given.'),
    bucketKey: z
      .boolean()
      .default(true)
      .describe('Ask KMS once per bucket rather than once per object: far fewer KMS calls.'),
  }),
]);

/** What the S3 sink itself understands; partitioning and encoder keys are merged in by the pipeline. */
export const s3Config = z.strictObject({
  bucket: z.string().min(3).describe('Name of the bucket, or ARN of an access point.'),
  prefix: z
    .string()
    .default('')
    .describe('Folder in the bucket that the files go to. Slashes at the ends do not matter.'),
  storageClass: z
    .enum(STORAGE_CLASSES)
    .optional()
    .describe('Storage class of the objects; the default of S3 unless given.'),
  metadata: z
    .record(z.string().regex(/^[\w-]+$/), z.string())
    .default({})
    .describe('User metadata of each object, beside what Parquetry writes itself.'),
  tags: z
    .record(z.string().min(1).max(128).regex(TAG_CHARACTERS), z.string().max(256).regex(TAG_CHARACTERS))
    .refine((tags) => Object.keys(tags).length <= MAX_TAGS, { error: `must be at most ${MAX_TAGS} tags` })
    .default({})
    .describe('Tags of each object. Needs the permission s3:PutObjectTagging.'),
  sse: sse.optional().describe('Server-side encryption; the default of the bucket unless given.'),
  expectedBucketOwner: z
    .string()
    .regex(/^\d{12}$/)
    .optional()
    .describe('Account that must own the bucket; S3 refuses the write otherwise.'),
  partSize: bytes({ min: '5MiB', max: '5GiB' }).prefault('8MiB').describe('Size of a part of a multipart upload.'),
  multipartThreshold: bytes({ min: '5MiB', max: '5GiB' })
    .prefault('16MiB')
    .describe('Files up to this size are sent in a single request, larger ones in parts.'),
  intents: z
    .string()
    .min(1)
    .default('_parquetry/intents')
    .describe(
      'Folder in the bucket for the small objects that make delivery exactly once: one a file, removed once its messages are ' +
        'deleted. Outside the prefix of every table.',
    ),
  conditionalWrites: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe(
      '`auto` never overwrites: the store itself refuses a name that exists. `never` is for stores without conditional writes: ' +
        'the name is looked up before the write, so that two writers at the same moment are not told apart.',
    ),
});

export type S3Config = z.output<typeof s3Config>;
