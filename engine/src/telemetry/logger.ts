import type { LogFields, Logger } from '../core/telemetry.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One JSON object a line for machines, or a line for people. */
  readonly format: 'json' | 'pretty';
  write(line: string): void;
  /** Fields on every line: pipeline, run id. */
  readonly base: LogFields;
  now(): number;
  /** Dims and colours for people; nothing by default. */
  readonly paint?: (level: LogLevel, text: string) => string;
}

/** Field names whose values never reach a log, however they got there. */
const SECRET = /secret|password|token|credential|authorization|signature|accesskey/i;
/** Longer values are cut. */
const MAX_VALUE_CHARS = 2_000;

/** Writes events as lines. Never throws: a value that cannot be shown is replaced by its type. */
export function createLogger(options: LoggerOptions): Logger {
  const threshold = logLevels.indexOf(options.level);
  const line = options.format === 'json' ? jsonLine : prettyLine;
  const at =
    (level: Exclude<LogLevel, 'silent'>) =>
    (event: string, fields: LogFields = {}) => {
      if (logLevels.indexOf(level) >= threshold) options.write(line(level, event, clean(fields), options));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function jsonLine(level: LogLevel, event: string, fields: LogFields, options: LoggerOptions): string {
  const time = new Date(options.now()).toISOString();
  return `${JSON.stringify({ time, level, event, ...options.base, ...fields })}\n`;
}

function prettyLine(level: LogLevel, event: string, fields: LogFields, options: LoggerOptions): string {
  const time = new Date(options.now()).toISOString().slice(11, 19);
  const text = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const head = `${time} ${level.padEnd(5)} ${event}`;
  return `${options.paint?.(level, head) ?? head}${text === '' ? '' : ` ${text}`}\n`;
}

function clean(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, SECRET.test(name) ? '<hidden>' : shown(value)]),
  );
}

function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return value.message;
  if (typeof value === 'string' && value.length > MAX_VALUE_CHARS) return `${value.slice(0, MAX_VALUE_CHARS)}…`;
  if (typeof value !== 'object' || value === null) return value;
  try {
    return JSON.parse(JSON.stringify(value, (_name, inner) => (typeof inner === 'bigint' ? inner.toString() : inner)));
  } catch {
    return `<${typeof value}>`;
  }
}
