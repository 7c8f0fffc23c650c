import { z } from 'zod';

/** The encoder's part of a pipeline file. */
export const ndjsonOptions = z.strictObject({
  compression: z
    .enum(['none', 'gzip', 'zstd'])
    .default('none')
    .describe(
      'Compression of the lines. A file is several members or frames, one behind the other, as both formats allow.',
    ),
});

export type NdjsonOptions = z.output<typeof ndjsonOptions>;
