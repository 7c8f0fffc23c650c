import { describe, expect, test } from 'vitest';
import { loadComponents } from '../../engine/src/pipeline/components.ts';
import { pipelineJsonSchema } from '../../engine/src/pipeline/json-schema.ts';
import { awsOptions } from './options/aws-options.ts';
import { batchOptions } from './options/batch-options.ts';
import { encoderOptions } from './options/encoder-options.ts';
import { errorOptions } from './options/error-options.ts';
import { expectEffect, type OptionCases } from './options/option-case.ts';
import { optionKeys } from './options/option-keys.ts';
import { pipelineOptions } from './options/pipeline-options.ts';
import { runOptions } from './options/run-options.ts';
import { s3Options } from './options/s3-options.ts';
import { sinkOptions } from './options/sink-options.ts';
import { sqsOptions } from './options/sqs-options.ts';

/*
 * Every key of the pipeline file and every flag of `parquetry run` does something: each is used with at least two values, and
 * what is seen from outside must differ. A key that is added without a case here fails by name.
 */

const keys = optionKeys(pipelineJsonSchema(await loadComponents()));
const keyCases: OptionCases = {
  ...pipelineOptions,
  ...sqsOptions,
  ...batchOptions,
  ...sinkOptions,
  ...s3Options,
  ...encoderOptions,
  ...errorOptions,
  ...runOptions,
  ...awsOptions,
};

describe('a key of the pipeline file', () => {
  test.each(keys)('$path has an effect', async ({ path, values }) => {
    const known = keyCases[path];
    if (!known) throw new Error(`option ${path} has no effect test`);
    const tried = known.seen.map(([value]) => value);
    expect(tried, 'each value that the schema lists is tried').toEqual(expect.arrayContaining([...values]));
    await expectEffect(known);
  });

  test('that is gone has no case left', () => {
    const paths = keys.map(({ path }) => path);
    expect(Object.keys(keyCases).filter((path) => !paths.includes(path))).toEqual([]);
  });
});
