import type { LogEvent } from './log-events.ts';

/** Events are closed names (`sink.write.failed`); values are fields. Never credentials, and payloads only where asked for. */
export interface Logger {
  debug(event: LogEvent, fields?: LogFields): void;
  info(event: LogEvent, fields?: LogFields): void;
  warn(event: LogEvent, fields?: LogFields): void;
  error(event: LogEvent, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, unknown>>;

/** A listener for what is counted. Names end in their unit or `_total`; labels are few and bounded. */
export interface Metrics {
  count(name: string, add: number, labels?: Labels): void;
  gauge(name: string, value: number, labels?: Labels): void;
  observe(name: string, value: number, labels?: Labels): void;
}
export type Labels = Readonly<Record<string, string>>;

const nothing = (): void => {};

export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
export const silentMetrics: Metrics = { count: nothing, gauge: nothing, observe: nothing };
