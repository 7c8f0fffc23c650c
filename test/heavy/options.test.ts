import { describe } from 'vitest';
import { loadComponents } from '../../engine/src/pipeline/components.ts';
import { pipelineJsonSchema } from '../../engine/src/pipeline/json-schema.ts';
import { awsOptions } from '../integration/options/aws-options.ts';
import { batchOptions } from '../integration/options/batch-options.ts';
import { deliveryOptions } from '../integration/options/delivery-options.ts';
import { encoderOptions } from '../integration/options/encoder-options.ts';
import { errorOptions } from '../integration/options/error-options.ts';
import { giveBackOptions } from '../integration/options/give-back-options.ts';
import { laneOptions } from '../integration/options/lane-options.ts';
import type { OptionCases } from '../integration/options/option-case.ts';
import { optionKeys } from '../integration/options/option-keys.ts';
import { pipelineOptions } from '../integration/options/pipeline-options.ts';
import { runOptions } from '../integration/options/run-options.ts';
import { s3Options } from '../integration/options/s3-options.ts';
import { samplesOptions } from '../integration/options/samples-options.ts';
import { shutdownOptions } from '../integration/options/shutdown-options.ts';
import { sinkOptions } from '../integration/options/sink-options.ts';
import { sqsOptions } from '../integration/options/sqs-options.ts';
import { tapOptions } from '../integration/options/tap-options.ts';
import { telemetryOptions } from '../integration/options/telemetry-options.ts';
import { testOptions } from '../integration/options/test-options.ts';

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
  ...giveBackOptions,
  ...runOptions,
  ...shutdownOptions,
  ...laneOptions,
  ...tapOptions,
  ...awsOptions,
  ...telemetryOptions,
  ...samplesOptions,
};

describe('an option of the pipeline file', () => testOptions(keys, keyCases));
