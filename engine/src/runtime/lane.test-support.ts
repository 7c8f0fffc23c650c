import type { Encoder } from '../columns/encoder.ts';
import { compilePartitioner } from '../columns/partition.ts';
import { parseSlot } from '../core/schema-text.ts';
import type { SourceReader } from '../core/source.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { createComponent } from '../pipeline/components.ts';
import { createTransformRunner } from '../transforms/runner.ts';
import type { LaneParts } from './lane.ts';
import { RowGroups } from './row-groups.ts';

const schema = { fields: [{ name: 'id', ...parseSlot('int') }] };

/** Real parts of a lane over records of one int, `id`, without user code; row groups have `rows` at most, by default 1,000. */
export async function laneParts(reader: SourceReader, encoder: Encoder, rows = 1_000): Promise<LaneParts> {
  const about = { runId: 'r', folder: '/', aws: {}, expectedHoldMs: 1, logger: silentLogger, metrics: silentMetrics };
  const format = await createComponent('format', { type: 'json', config: {} }, { pipeline: 'p', ...about });
  const limits = { encodedBytes: 1 << 20, rows, laneBytes: 1 << 20 };
  return {
    reader,
    pollers: 1,
    scanner: format.createScanner(schema, { rest: false }),
    runner: await createTransformRunner(undefined, schema, { pipeline: 'p', folder: '/' }),
    policy: 'dead-letter',
    sinks: [new RowGroups(encoder, compilePartitioner([], schema.fields), limits)],
    trials: [],
  };
}
