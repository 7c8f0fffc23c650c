import type { SpeedProfile } from '../../protocol/profile.ts';
import type { ProfileJob } from './profile-job.ts';
import { chunksOf, type SampleLane, type StageTimes } from './sample-lane.ts';

/** Of input, a pass. */
const PASS_BYTES = 4 << 20;
/** Of the effort, until V8 has compiled what is hot. */
const WARM_UP_SHARE = 0.25;
export const DEFAULT_EFFORT_MS = 1_000;

/** How fast one core takes the samples through a lane's stages; they come again until there is enough to measure. CPU time, not time. */
export async function measureSpeed(
  { bodies, effortMs = DEFAULT_EFFORT_MS }: ProfileJob,
  lane: SampleLane,
): Promise<SpeedProfile> {
  const chunks = chunksOf(bodies, PASS_BYTES);
  await work(lane, chunks, effortMs * WARM_UP_SHARE);
  const { rows, bytes, times } = await work(lane, chunks, effortMs);
  const { scanMs, transformMs, encodeMs } = times;
  const totalMs = Math.max(scanMs + transformMs + encodeMs, Number.MIN_VALUE);
  return {
    rowsPerSPerCore: (rows / totalMs) * 1_000,
    mbPerSPerCore: bytes / 1e6 / (totalMs / 1_000),
    shares: { scan: scanMs / totalMs, transform: transformMs / totalMs, encode: encodeMs / totalMs },
  };
}

async function work(lane: SampleLane, chunks: ReturnType<typeof chunksOf>, leastMs: number) {
  const before = { ...lane.times };
  let [rows, bytes] = [0, 0];
  for (let i = 0; i === 0 || spent(before, lane.times) < leastMs; i++) {
    const chunk = chunks[i % chunks.length]!;
    const result = await lane.work(chunk);
    lane.place(result);
    rows += result.result.output.length;
    for (const { delivery } of chunk) bytes += delivery.body.byteLength;
  }
  lane.seal();
  return { rows, bytes, times: difference(before, lane.times) };
}

function spent(before: StageTimes, now: StageTimes): number {
  const { scanMs, transformMs, encodeMs } = difference(before, now);
  return scanMs + transformMs + encodeMs;
}

function difference(before: StageTimes, now: StageTimes): StageTimes {
  return {
    scanMs: now.scanMs - before.scanMs,
    transformMs: now.transformMs - before.transformMs,
    encodeMs: now.encodeMs - before.encodeMs,
  };
}
