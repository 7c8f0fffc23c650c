import { describe } from 'vitest';
import { loadComponents } from '../../engine/src/pipeline/components.ts';
import { pipelineJsonSchema } from '../../engine/src/pipeline/json-schema.ts';
import { awsOptions } from './options/aws-options.ts';
import { batchOptions } from './options/batch-options.ts';
import { deliveryOptions } from './options/delivery-options.ts';
import { encoderOptions } from './options/encoder-options.ts';
import { errorOptions } from './options/error-options.ts';
import type { OptionCases } from './options/option-case.ts';
import { optionKeys } from './options/option-keys.ts';
import { pipelineOptions } from './options/pipeline-options.ts';
import { runOptions } from './options/run-options.ts';
import { s3Options } from './options/s3-options.ts';
import { sinkOptions } from './options/sink-options.ts';
import { sqsOptions } from './options/sqs-options.ts';
import { testOptions } from './options/test-options.ts';

/*
 * Every key of the pipeline file does something: each is used with two values or more, and what is seen from outside must be what
 * its case says, and differ. A key that is added without a case fails by name.
 */

const keys = optionKeys(pipelineJsonSchema(await loadComponents()));
const keyCases: OptionCases = {
  ...pipelineOptions,
  ...sqsOptions,
  ...batchOptions,
  ...sinkOptions,
  ...s3Options,
  ...deliveryOptions,
  ...encoderOptions,
  ...errorOptions,
  ...runOptions,
  ...awsOptions,
};

describe('an option of the pipeline file', () => testOptions(keys, keyCases));
