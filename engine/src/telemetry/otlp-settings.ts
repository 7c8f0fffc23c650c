import { ParquetryError } from '../core/errors.ts';

/** As `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the exporter does not read from the environment by itself. */
export interface OtlpSettings {
  /** Where metrics go, for the log; without user name and password. */
  readonly endpoint: string;
  readonly intervalMs: number;
  /** Whether the environment sets a timeout, which the exporter reads itself. */
  readonly hasTimeout: boolean;
}

/** Default of the OpenTelemetry specification. */
const INTERVAL_MS = 60_000;

/**
 * Whether and how metrics are exported, by the environment variables of the OpenTelemetry specification; undefined where none asks
 * for it. Throws E_CONFIG for what is asked for and cannot be had.
 */
export function otlpSettings(env: Environment): OtlpSettings | undefined {
  const own = env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT || undefined;
  const common = env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined;
  const name = own ? 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT' : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const endpoint = own ?? common;
  if (endpoint === undefined || isOff(env)) return undefined;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    throw new ParquetryError('E_CONFIG', `${name} must be a URL of http or https, got ${JSON.stringify(endpoint)}`, {
      hint: 'For example http://localhost:4318, where a collector takes OTLP over HTTP.',
    });
  }
  checkProtocol(env);
  const url = new URL(endpoint);
  return { endpoint: `${url.origin}${url.pathname}`, intervalMs: intervalMs(env), hasTimeout: hasTimeout(env) };
}

function isOff(env: Environment): boolean {
  return env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_METRICS_EXPORTER === 'none';
}

function hasTimeout(env: Environment): boolean {
  return Boolean(env.OTEL_EXPORTER_OTLP_METRICS_TIMEOUT || env.OTEL_EXPORTER_OTLP_TIMEOUT);
}

function checkProtocol(env: Environment): void {
  const protocol = env.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol !== 'grpc') return;
  throw new ParquetryError('E_CONFIG', 'OTEL_EXPORTER_OTLP_PROTOCOL must be http/json or http/protobuf, got grpc', {
    hint: 'Collectors take OTLP over HTTP at port 4318; what is sent is JSON.',
  });
}

function intervalMs({ OTEL_METRIC_EXPORT_INTERVAL: text }: Environment): number {
  if (!text) return INTERVAL_MS;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms > 0) return ms;
  throw new ParquetryError(
    'E_CONFIG',
    `OTEL_METRIC_EXPORT_INTERVAL must be whole milliseconds, got ${JSON.stringify(text)}`,
    {
      hint: 'For example 60000, the default.',
    },
  );
}
