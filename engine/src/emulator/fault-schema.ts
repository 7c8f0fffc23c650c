import { z } from 'zod';
import type { FaultRule } from './faults.ts';

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    code: z.string().min(1),
    status: z.int().min(400).max(599),
    message: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('latency'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('drop') }),
  z.strictObject({ kind: z.literal('lose-answer') }),
  z.strictObject({ kind: z.literal('truncate-upload'), bytes: z.int().min(0) }),
  z.strictObject({ kind: z.literal('expired-token') }),
  z.strictObject({ kind: z.literal('flip-byte') }),
  z.strictObject({ kind: z.literal('duplicate-delivery') }),
  z.strictObject({ kind: z.literal('early-redelivery'), afterMs: z.number().min(0) }),
]);

/** A fault rule as it arrives from outside: unknown keys and impossible numbers are refused. */
export const faultRuleSchema: z.ZodType<FaultRule> = z.strictObject({
  service: z.enum(['sqs', 's3']).optional(),
  action: z.string().optional(),
  resource: z.string().optional(),
  rate: z.number().min(0).max(1).optional(),
  times: z.int().min(1).optional(),
  fault,
});
