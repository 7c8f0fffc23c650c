import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../../core/errors.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { Redaction, SampleMethods, SampleOrigin } from '../../protocol/samples.ts';
import { recordLines } from './record-lines.ts';
import { compileRedaction, type Redactor } from './redact.ts';
import { writeSample } from './sample-name.ts';
import { type SampleContext, sampleTexts } from './sample-texts.ts';

const MAX_RECORDS = 100_000;
const MAX_BYTES = 256 << 20;
/** Of an engine that nothing passes through, or a queue that trickles. */
const MAX_WAIT_MS = 30_000;

export interface TakeOrder {
  readonly from: SampleOrigin;
  readonly limit: number;
  readonly name: string;
  readonly redact?: Redaction;
}

/** Saves records to a new file in the pipeline's `samples/`. E_NOT_FOUND if there were none: then no file is written. */
export async function takeSamples(
  { from, limit: asked, name, redact }: TakeOrder,
  context: SampleContext,
  onRecords: (records: number) => void,
): Promise<SampleMethods['samples.take']['result']> {
  const limit = Math.max(1, Math.min(asked, MAX_RECORDS));
  const redactor = redactorOf(context.pipeline, redact);
  const warnings: string[] = [];
  const lines: string[] = [];
  let bytes = 0;
  let leftOut = 0;
  const patience = AbortSignal.timeout(MAX_WAIT_MS);
  const patient = { ...context, signal: AbortSignal.any([context.signal, patience]) };
  for await (const text of sampleTexts(from, patient, { limit, warn: (warning) => warnings.push(warning) })) {
    const found = recordLines(text, limit - lines.length, redactor);
    lines.push(...found.lines);
    leftOut += found.leftOut;
    bytes += text.length;
    onRecords(lines.length);
    if (lines.length >= limit || bytes > MAX_BYTES) break;
  }
  if (context.signal.aborted) throw new ParquetryError('E_CANCELLED', 'taking samples was cancelled');
  if (patience.aborted) warnings.push(`Nothing more came within ${MAX_WAIT_MS / 1_000} s.`);
  if (leftOut > 0) warnings.push(`${leftOut} records that are no JSON were left out: no rule can be applied to them.`);
  if (lines.length === 0) throw nothingThere(from, warnings);
  const folder = context.workbench.within(path.join(context.pipeline.folder, 'samples'));
  await mkdir(folder, { recursive: true });
  const file = await writeSample(folder, name, `${lines.join('\n')}\n`);
  context.workbench.changed(file);
  const redactedFields = redactor?.counts() ?? [];
  const redacted = redactedFields.reduce((sum, [, values]) => sum + values, 0);
  return { file, records: lines.length, redacted, redactedFields, warnings };
}

/** What the project redacts always, and what was asked for on top of it. */
function redactorOf({ samples }: CheckedPipeline, asked: Redaction | undefined): Redactor | undefined {
  const rules = [{ fields: samples.redact, how: samples.how }, ...(asked ? [asked] : [])];
  return rules.some(({ fields }) => fields.length > 0) ? compileRedaction(rules, randomBytes(32)) : undefined;
}

function nothingThere({ type }: SampleOrigin, warnings: readonly string[]): ParquetryError {
  const hint = [...warnings, whyNothing[type]].join(' ');
  return new ParquetryError('E_NOT_FOUND', 'there were no records to take, so no file was written', { hint });
}

const whyNothing: Readonly<Record<SampleOrigin['type'], string>> = {
  queue: 'No message of the queue is visible: a consumer may have them in flight.',
  object: 'The object holds no records.',
  file: 'The file holds no records.',
  'dead-letters': 'The pipeline has no dead letters.',
  engine: 'Nothing passed through the engine meanwhile.',
};
