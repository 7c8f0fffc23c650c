import type { AwsSettings } from '../../core/component.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { SampleCost, SampleOrigin } from '../../protocol/samples.ts';
import type { Workbench } from '../workbench.ts';

/** Where samples are taken, for one request. */
export interface SampleContext {
  readonly workbench: Workbench;
  readonly pipeline: CheckedPipeline;
  readonly settings: AwsSettings;
  readonly signal: AbortSignal;
}

export interface TakeOptions {
  /** Records that are wanted. */
  readonly limit: number;
  /** Told what the person should know of how it went. */
  warn(warning: string): void;
}

/** Beyond this a file or object is read from its beginning only; said before. */
const SMALL_BYTES = 4 << 20;

/**
 * Texts that hold records, from an origin, as they come; leave the generator early by `return` once there are enough: what was
 * borrowed is given back then.
 */
export async function* sampleTexts(
  from: SampleOrigin,
  context: SampleContext,
  { limit, warn }: TakeOptions,
): AsyncGenerator<string> {
  const { settings, signal, workbench, pipeline } = context;
  switch (from.type) {
    case 'queue': {
      const { queueBodies } = await import('./queue-samples.ts');
      for await (const bodies of queueBodies(from.queue, settings, { signal, stopped: warn })) yield* bodies;
      return;
    }
    case 'object':
    case 'file': {
      const { headOfBytes } = await import('./head-of-bytes.ts');
      const { openBytes } = await import('../byte-source.ts');
      await using bytes = await openBytes(placeOf(from, workbench), settings, signal);
      yield await headOfBytes(bytes, limit);
      return;
    }
    case 'dead-letters': {
      const { openStore } = await import('../dead-letters/open-store.ts');
      const store = await openStore(pipeline, undefined, settings, { now: Date.now, onClaimedElsewhere: () => {} });
      try {
        for await (const letters of store.look({ reasons: [] }, signal)) {
          for (const { original } of letters) yield Buffer.from(original).toString();
        }
      } finally {
        store.close();
      }
      return;
    }
    case 'engine': {
      const { tapEngine } = await import('../run/tap-client.ts');
      const { host, port } = addressOf(from.url);
      const token = from.token ?? process.env.PARQUETRY_TAP_TOKEN;
      const tap = tapEngine({ host, port, at: 'source', count: limit, sample: 1, token, signal });
      for await (const tapped of tap) if ('line' in tapped) yield tappedValue(tapped.line);
    }
  }
}

/** What it costs to take samples, before any is taken. */
export async function sampleCost(from: SampleOrigin, context: SampleContext): Promise<SampleCost> {
  const { settings, signal, workbench, pipeline } = context;
  if (from.type === 'queue') {
    const { costOfQueue } = await import('./queue-samples.ts');
    return costOfQueue(from.queue, settings, signal);
  }
  if (from.type === 'object' || from.type === 'file') {
    const { openBytes } = await import('../byte-source.ts');
    await using bytes = await openBytes(placeOf(from, workbench), settings, signal);
    const isSmall = bytes.byteLength <= SMALL_BYTES;
    return { warnings: isSmall ? [] : ['It is large: only its beginning is read.'] };
  }
  if (from.type === 'engine') return { warnings: ['Records are shown as they pass; the engine is never held up.'] };
  if (pipeline.errors.to.type !== 'sqs') return { warnings: [] };
  return { warnings: ['Dead letters lie in a queue: the receive count of each that is looked at goes up by one.'] };
}

function placeOf(from: SampleOrigin & { type: 'object' | 'file' }, workbench: Workbench): string {
  return from.type === 'object' ? from.uri : workbench.within(from.file);
}

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url.includes('://') ? url : `http://${url}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) };
}

/** The record in a line of a tap: its own text, so every digit. */
function tappedValue(line: string): string {
  const start = line.indexOf(',"value":');
  return start === -1 ? '' : line.slice(start + ',"value":'.length, -1);
}
