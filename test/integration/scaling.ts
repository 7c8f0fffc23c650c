import { type Clock, systemClock } from '../../engine/src/core/clock.ts';
import { type LogFields, type Logger, silentLogger } from '../../engine/src/core/telemetry.ts';
import type { Host } from '../../engine/src/runtime/host.ts';
import type { ScalingPort } from '../../engine/src/runtime/lane-scaler.ts';

/** The time of an autoscaler that lives so many times as fast, on a machine with room for any number of lanes. */
export function hurriedScaling(times: number): ScalingPort {
  const clock: Clock = {
    now: () => Date.now() * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  };
  const host: Host = {
    cpuMs: () => 0,
    look: async () => ({ cpus: 1, memoryBytes: 2 ** 36, memoryUsedBytes: 2 ** 30 }),
  };
  return { clock, host, everyMs: 1_000 };
}

/** Remembers the autoscaler's steps, as `from → to`. */
export function stepLogger(): { logger: Logger; steps: string[] } {
  const steps: string[] = [];
  const info = (event: string, { from, to }: LogFields = {}) => {
    if (event === 'lanes.scaled') steps.push(`${from} → ${to}`);
  };
  return { logger: { ...silentLogger, info }, steps };
}
