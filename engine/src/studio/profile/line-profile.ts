import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scanner } from '../../columns/format.ts';
import type { RecordBatch } from '../../columns/record-batch.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { LineCost } from '../../protocol/profile.ts';
import type { NumberedDelivery } from '../../runtime/outcomes.ts';
import type { CompiledTransform } from '../../transforms/compile.ts';
import { isEngineFile } from '../../transforms/engine-files.ts';
import { createTransformRunner } from '../../transforms/runner.ts';
import { scriptName } from '../../transforms/stack.ts';
import { cpuMs } from './cpu-time.ts';
import { lineCosts } from './line-costs.ts';
import { type LineOrigin, spreadLines } from './spread-lines.ts';

const SAMPLING_US = 150;
/** Of the effort, until V8 has compiled what is hot. */
const WARM_UP_SHARE = 0.25;
const MAX_LINES = 40;
/** Below this share a line is noise. */
const MIN_SHARE = 0.002;

export interface LineProfileParts {
  readonly compiled: CompiledTransform;
  readonly scanner: Scanner;
  readonly context: ComponentContext;
  readonly position: Int32Array;
  /** CPU time. */
  readonly effortMs: number;
}

/**
 * Where user code spends its time, by line of the user's files, the hottest first: the CPU profile of a run of `map` over whole
 * records, so that no line is hidden which a run would do without (see `explain`). User code runs on this thread.
 */
export async function profileLines(
  { compiled, scanner, context, position, effortMs }: LineProfileParts,
  chunks: readonly (readonly NumberedDelivery[])[],
): Promise<LineCost[]> {
  const spread = spreadLines(compiled.code, compiled.sourceMap);
  const script = { ...compiled, code: spread.code, hash: `p${compiled.hash}` };
  const { pipeline, folder } = context;
  const runner = await createTransformRunner(script, scanner.schema, { pipeline, folder, plain: true, position });
  const pass = async (leastMs: number) => {
    const startMs = cpuMs();
    for (let i = 0; i === 0 || cpuMs() - startMs < leastMs; i++) {
      const chunk = chunks[i % chunks.length]!;
      await runner.run(
        scan(scanner, chunk),
        chunk.map(({ delivery }) => delivery),
      );
    }
  };
  await pass(effortMs * WARM_UP_SHARE);
  const profile = await profiled(() => pass(effortMs));
  const placeOf = placeFinder(compiled);
  const find = (line: number) => placeOf(spread.originOf(line));
  const costs = lineCosts(profile, {
    url: pathToFileURL(scriptName(script)).href, // as the inspector names scripts by path
    code: spread.code,
    isOwn: (line) => find(line) !== undefined,
  });
  return toLines(costs, find);
}

function scan(scanner: Scanner, chunk: readonly NumberedDelivery[]): RecordBatch {
  for (const { delivery } of chunk) scanner.add(delivery.body);
  return scanner.take().records;
}

async function profiled(run: () => Promise<void>) {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await session.post('Profiler.start');
    await run();
    return (await session.post('Profiler.stop')).profile;
  } finally {
    session.disconnect();
  }
}

/** The user's file of an origin; undefined for the API's own. */
function placeFinder({
  file,
  sourceMap,
}: CompiledTransform): (origin?: LineOrigin) => (LineOrigin & { file: string }) | undefined {
  const { sources } = JSON.parse(sourceMap) as { readonly sources: readonly string[] };
  const files = sources.map((source) => path.resolve(path.dirname(file), source));
  return (origin) => {
    const found = origin && files[origin.source];
    return found === undefined || isEngineFile(found) ? undefined : { ...origin!, file: found };
  };
}

type Placed = { readonly file: string; readonly line: number };

function toLines(
  costs: readonly { line: number; ms: number }[],
  placeOf: (line: number) => Placed | undefined,
): LineCost[] {
  const byPlace = new Map<string, Placed & { ms: number }>();
  let totalMs = 0;
  for (const { line, ms } of costs) {
    const place = placeOf(line);
    if (!place) continue;
    totalMs += ms;
    const key = `${place.file}:${place.line}`;
    byPlace.set(key, { ...place, ms: ms + (byPlace.get(key)?.ms ?? 0) });
  }
  return [...byPlace.values()]
    .map(({ file, line, ms }) => ({ file, line, column: 1, share: ms / totalMs, selfMs: ms }))
    .filter(({ share }) => share >= MIN_SHARE)
    .sort((a, b) => b.share - a.share)
    .slice(0, MAX_LINES);
}
