import { ParquetryError } from '../../core/errors.ts';
import { parseDurationMs } from '../../core/units.ts';
import type { Selection } from '../../studio/dead-letters/selection.ts';

/** Options that say which letters are meant. */
export interface SelectionOptions {
  readonly since?: string;
  readonly until?: string;
  readonly reason: readonly string[];
}

/** Reads the options. A time is a date, an ISO time, or a duration before `nowMs`. E_CONFIG for anything else. */
export function parseSelection(options: SelectionOptions, nowMs: number): Selection {
  const sinceMs = options.since === undefined ? undefined : parseTime('--since', options.since, nowMs);
  const untilMs = options.until === undefined ? undefined : parseTime('--until', options.until, nowMs);
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs) {
    throw new ParquetryError('E_CONFIG', `--since must be before --until, got ${options.since} and ${options.until}`);
  }
  return { sinceMs, untilMs, reasons: options.reason };
}

function parseTime(option: string, text: string, nowMs: number): number {
  const ago = parseDurationMs(text);
  const timeMs = ago === undefined ? Date.parse(isoUtc(text)) : nowMs - ago;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new ParquetryError('E_CONFIG', `${option} must be a time, got ${JSON.stringify(text)}`, {
    hint: 'For example 2h (two hours ago), 2026-02-03, or 2026-02-03T04:05:06Z. Times without an offset are UTC, as in the letters.',
  });
}

/** Date.parse takes a time without an offset for local time; anything but ISO it takes as it likes. */
function isoUtc(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return 'no time';
  return /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`;
}
