import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels, Metrics } from '../core/telemetry.ts';

/** 5 ms to an hour: a settled delete takes milliseconds, a batch may stay open for an hour. */
const SECONDS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
/** 1 KiB to 1 GiB. */
const BYTES = Array.from({ length: 11 }, (_, i) => 1_024 * 4 ** i);
const COUNTS = Array.from({ length: 8 }, (_, i) => 10 ** i);

/** Values that are read off when somebody asks: name, help, kind, and what they are now, once for each set of labels. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly values: readonly { readonly value: number; readonly labels?: Labels }[];
}

/** Keeps what is counted in the form in which Prometheus asks for it. */
export interface PrometheusMetrics extends Metrics {
  /** Adds readings, taken at each scrape. */
  watch(read: () => Promise<readonly Reading[]>): void;
  readonly contentType: string;
  /** Text exposition format. */
  text(): Promise<string>;
}

/** `labels` are on every metric: pipeline. Names that were never counted do not appear. */
export function createPrometheusMetrics(labels: Labels, help: (name: string) => string): PrometheusMetrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  const made = new Map<string, Counter | Gauge | Histogram>();
  const readers: (() => Promise<readonly Reading[]>)[] = [];

  function metric<Kind extends Counter | Gauge | Histogram>(
    name: string,
    labels: Labels,
    make: MakeMetric<Kind>,
  ): Kind {
    let known = made.get(name);
    if (known === undefined) {
      known = make({ name, help: help(name), labelNames: Object.keys(labels), registers: [registry] });
      made.set(name, known);
    }
    return known as Kind;
  }

  return {
    count: (name, add, labels = {}) => metric(name, labels, (given) => new Counter(given)).inc(labels, add),
    gauge: (name, value, labels = {}) => metric(name, labels, (given) => new Gauge(given)).set(labels, value),
    observe(name, value, labels = {}) {
      metric(name, labels, (given) => new Histogram({ ...given, buckets: bucketsOf(name) })).observe(labels, value);
    },
    watch: (read) => void readers.push(read),
    contentType: registry.contentType,
    async text() {
      const counted = await registry.metrics();
      const readings = (await Promise.all(readers.map((read) => read()))).flat();
      return `${counted}\n${readings.map((reading) => exposition(reading, labels)).join('')}`;
    },
  };
}

type MakeMetric<Kind> = (given: { name: string; help: string; labelNames: string[]; registers: Registry[] }) => Kind;

function bucketsOf(name: string): number[] {
  if (name.endsWith('_seconds')) return SECONDS;
  return name.endsWith('_bytes') ? BYTES : COUNTS;
}

/** Totals that somebody else keeps: prom-client's counters can only be added to. */
function exposition({ name, help, kind, values }: Reading, base: Labels): string {
  const lines = values.map(({ value, labels = {} }) => `${name}${labelText({ ...base, ...labels })} ${value}`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

/** As the exposition format wants it: backslash, quote and line feed. */
function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
