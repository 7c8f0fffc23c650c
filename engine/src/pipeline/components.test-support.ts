import { z } from 'zod';
import { bytes, duration } from '../core/units.ts';
import type { ComponentSet } from './components.ts';

/** Small components to check pipeline files against: one of every shape a config can have. */
export const testComponents: ComponentSet = {
  source: new Map([
    component('source', 'sqs', {
      queue: z.string().min(1).describe('Name, URL or ARN.'),
      format: z.enum(['json']).default('json').describe('How bodies are written.'),
      waitTime: duration({ max: '20s' }).prefault('20s').describe('Long poll.'),
      maxMessages: z.int().min(1).max(10).default(10).describe('A receive call.'),
    }),
    component('source', 'stdin', {}),
    component('source', 'file', { path: z.string().describe('Glob.') }),
  ]),
  sink: new Map([
    component('sink', 's3', {
      bucket: z.string().min(3).describe('Bucket.'),
      prefix: z.string().default('').describe('Prefix.'),
      partSize: bytes({ min: '5MiB' }).prefault('8MiB').describe('Part.'),
      sse: z.strictObject({ type: z.enum(['AES256', 'aws:kms']), kmsKeyId: z.string().optional() }).optional(),
    }),
    component('sink', 'file', { path: z.string().describe('Folder.') }),
    component('sink', 'stdout', {}),
  ]),
  encoder: new Map([
    component('encoder', 'parquet', {
      compression: z.enum(['none', 'snappy', 'zstd']).default('zstd').describe('Codec.'),
      dictionary: z
        .union([z.boolean(), z.array(z.string())])
        .default(true)
        .describe('Dictionary.'),
    }),
    component('encoder', 'ndjson', { compression: z.enum(['none', 'gzip']).default('none').describe('Codec.') }),
  ]),
  format: new Map(),
} as unknown as ComponentSet;

function component(kind: string, type: string, shape: Record<string, z.ZodType>) {
  return [
    type,
    { kind, type, summary: `${type} ${kind}.`, config: z.strictObject(shape), create: () => ({}) },
  ] as const;
}
