import type { LogEvent } from '../core/log-events.ts';
import type { LogFields, Logger } from '../core/telemetry.ts';
import { cleanFields } from './log-fields.ts';
import type { LogLevel } from './log-levels.ts';

export interface LoggerOptions {
  /** Least serious events to write. Default: `info`. */
  readonly level?: LogLevel;
  /** One JSON object a line for machines, or a line for people. Default: `json`. */
  readonly format?: 'json' | 'pretty';
  /** Gets whole lines, at once: nothing is kept back that a crash could lose. Default: stderr. */
  write?(line: string): void;
  /** Fields on every line of JSON: pipeline, run id. Default: none. */
  readonly base?: LogFields;
  /** Milliseconds since the epoch. Default: the system's clock. */
  now?(): number;
  /** Colours for people. Default: false. */
  readonly color?: boolean;
}

/** Names that pino writes itself: a field of the same name would make JSON with a key twice. */
const RESERVED = new Set(['level', 'time', 'event']);

/** Writes events as lines, by pino. The logger never throws. */
export async function createLogger(options: LoggerOptions = {}): Promise<Logger> {
  const { level = 'info', write = toStderr, base = {}, now = Date.now, color = false } = options;
  const { pino } = await import('pino');
  const isPretty = options.format === 'pretty';
  const toText = isPretty ? await prettifier(color, Object.keys(base)) : (line: string) => line;
  const writer = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => write(toText(line)) },
  );
  const at =
    (level: Exclude<LogLevel, 'silent'>) =>
    (event: LogEvent, fields: LogFields = {}) => {
      if (writer.isLevelEnabled(level)) writer[level](unreserved({ ...base, ...cleanFields(fields) }), event);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Pipes, files and terminals take it before this returns, but for pipes on Windows. */
function toStderr(line: string): void {
  process.stderr.write(line);
}

function unreserved(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [RESERVED.has(name) ? `${name}_` : name, value]),
  );
}

/** A line of JSON to one for people. The base fields are the same on each, and whoever watches knows them. */
async function prettifier(colorize: boolean, ignored: readonly string[]): Promise<(line: string) => string> {
  const { default: pretty } = await import('pino-pretty');
  return pretty.prettyFactory({
    colorize,
    ignore: ignored.join(','),
    messageKey: 'event',
    singleLine: true,
    translateTime: 'UTC:HH:MM:ss',
    // An error's text is a field like others; the default would put it on lines of its own.
    errorLikeObjectKeys: ['err'],
  });
}
