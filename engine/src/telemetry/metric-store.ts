import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels, Metrics } from '../core/telemetry.ts';
import { INSTRUMENTS, type Instrument, instrumentOf, type MetricName } from './instruments.ts';

/** 1 ms to an hour: a chunk takes milliseconds, a batch may stay open for an hour. */
const SECONDS = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
/** 1 KiB to 1 GiB. */
const BYTES = Array.from({ length: 11 }, (_, i) => 1_024 * 4 ** i);
const COUNTS = Array.from({ length: 8 }, (_, i) => 10 ** i);

/** What a metric is right now, once for each set of labels. */
export interface Reading {
  readonly name: MetricName;
  readonly values: readonly { readonly value: number; readonly labels?: Labels }[];
}

/** What one metric is at one moment. */
export interface MetricState {
  readonly name: string;
  readonly help: string;
  readonly kind: Instrument['kind'] | 'summary';
  /** Of a histogram: its buckets (`le`), sum and count, as Prometheus has them. */
  readonly values: readonly { readonly metricName: string; readonly value: number; readonly labels: Labels }[];
}

/** The one place where everything that is counted is kept; exporters read it, each in its own form. */
export interface MetricStore extends Metrics {
  /** Adds what is not counted but read off, anew each time that somebody looks. */
  watch(read: () => Promise<readonly Reading[]>): void;
  /** Drops what was counted with this label and another value than these: of lanes that are gone, for example. */
  keepOnly(label: string, values: ReadonlySet<string>): Promise<void>;
  /** Everything as it is now. */
  states(): Promise<readonly MetricState[]>;
  /** Everything as it is now in Prometheus' text exposition format. */
  text(): Promise<string>;
  readonly contentType: string;
}

type Metric = Counter | Gauge | Histogram;

/**
 * `labels` are on every metric of the run: pipeline. Names that were never counted do not appear. What cannot be counted (a name
 * used in two ways, a label that its first use did not have) is not, and `refused` is told.
 */
export function createMetricStore(labels: Labels, refused: (name: string, why: Error) => void): MetricStore {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  const readers: (() => Promise<readonly Reading[]>)[] = [];

  function use(name: string, kind: Instrument['kind'], labels: Labels, change: (metric: Metric) => void): void {
    try {
      change((registry.getSingleMetric(name) as Metric | undefined) ?? create(registry, name, kind, labels));
    } catch (thrown) {
      refused(name, thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  async function refresh(): Promise<void> {
    const readings = (await Promise.all(readers.map((read) => read()))).flat();
    // In one go: who looks meanwhile sees all of the last readings or all of these.
    for (const { name, values } of readings) {
      if (values.length === 0 && registry.getSingleMetric(name) === undefined) continue;
      use(name, INSTRUMENTS[name].kind, {}, (metric) => {
        metric.reset(); // of a counter, too: its total is kept elsewhere
        for (const { value, labels = {} } of values) {
          if (metric instanceof Counter) metric.inc(labels, value);
          else if (metric instanceof Gauge) metric.set(labels, value);
        }
      });
    }
  }

  return {
    count: (name, add, labels = {}) =>
      use(name, 'counter', labels, (metric) => (metric as Counter).inc(labels, finite(add))),
    gauge: (name, value, labels = {}) =>
      use(name, 'gauge', labels, (metric) => (metric as Gauge).set(labels, finite(value))),
    observe: (name, value, labels = {}) =>
      use(name, 'histogram', labels, (metric) => (metric as Histogram).observe(labels, finite(value))),
    watch: (read) => void readers.push(read),
    async keepOnly(label, kept) {
      for (const { name } of registry.getMetricsAsArray()) {
        const metric = registry.getSingleMetric(name) as Metric;
        const { values } = await metric.get();
        for (const { labels } of values) {
          const value = (labels as Partial<Record<string, string | number>>)[label];
          if (value !== undefined && !kept.has(String(value))) metric.remove(labels);
        }
      }
    },
    async states() {
      await refresh();
      const metrics = (await Promise.all([registry, processRegistry()].map((of) => of.getMetricsAsJSON()))).flat();
      return metrics.map(({ name, help, type, values }) => ({
        name,
        help,
        // The types say a number; what is there is the word.
        kind: String(type) as MetricState['kind'],
        values: (values as { metricName?: string; value: number; labels: Labels }[]).map((value) => ({
          metricName: name,
          ...value,
        })),
      }));
    },
    async text() {
      await refresh();
      return (await Promise.all([registry, processRegistry()].map((of) => of.metrics()))).join('\n');
    },
    contentType: registry.contentType,
  };
}

function create(registry: Registry, name: string, kind: Instrument['kind'], labels: Labels): Metric {
  const known = instrumentOf(name);
  const given = {
    name,
    help: known?.help ?? 'Counted by a component of the pipeline.',
    labelNames: known?.labels ?? Object.keys(labels),
    registers: [registry],
  };
  if (kind === 'counter') return new Counter(given);
  return kind === 'gauge' ? new Gauge(given) : new Histogram({ ...given, buckets: bucketsOf(name) });
}

/** One NaN would spoil a total for good. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new TypeError(`a metric must be a finite number, got ${value}`);
  return value;
}

function bucketsOf(name: string): number[] {
  if (name.endsWith('_seconds')) return SECONDS;
  return name.endsWith('_bytes') ? BYTES : COUNTS;
}

let ofProcess: Registry | undefined;

/** CPU, memory, event loop and garbage collection of the process: one for all runs in it, for its observers are never removed. */
function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
