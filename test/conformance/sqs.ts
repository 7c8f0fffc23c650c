import { afterAll, describe } from 'vitest';
import { fifoClaims } from './sqs-fifo.ts';
import { messageClaims } from './sqs-messages.ts';
import { queueClaims } from './sqs-queues.ts';
import type { SqsTarget } from './sqs-target.ts';
import { createHarness } from './sqs-target.ts';
import { visibilityClaims } from './sqs-visibility.ts';

/** Registers what Parquetry expects of an SQS, as vitest tests against `target`. */
export function sqsConformance(target: SqsTarget): void {
  describe(`SQS conformance: ${target.name}`, () => {
    const harness = createHarness(target);
    afterAll(harness.cleanUp);
    queueClaims(harness);
    messageClaims(harness);
    visibilityClaims(harness);
    fifoClaims(harness);
  });
}
