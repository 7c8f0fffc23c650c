import type { LogEvent } from '../core/log-events.ts';
import type { Labels, Logger, Metrics } from '../core/telemetry.ts';
import type { LaneMessage } from './messages.ts';

/** Logger and metrics of a lane: everything goes over the port, so that there is one place that writes. */
export function portTelemetry(post: (message: LaneMessage) => void): { logger: Logger; metrics: Metrics } {
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error') => (event: LogEvent, fields?: Readonly<Record<string, unknown>>) =>
      post({ type: 'log', level, event, fields: fields && plain(fields) });
  const tell = (kind: 'count' | 'gauge' | 'observe') => (name: string, value: number, labels?: Labels) =>
    post({ type: 'metric', kind, name, value, labels: { ...labels } });
  return {
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    metrics: { count: tell('count'), gauge: tell('gauge'), observe: tell('observe') },
  };
}

/** Errors and functions in log fields would not survive the crossing. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value.message : clonable(value)]),
  );
}

function clonable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
