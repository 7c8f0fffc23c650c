import type { Attributes, HrTime } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { MetricState } from './metric-store.ts';

type Sdk = Pick<typeof import('@opentelemetry/sdk-metrics'), 'AggregationTemporality' | 'DataPointType'>;

/**
 * The same totals that Prometheus sees, under the same names: cumulative since the start. What is no finite number is left out: JSON
 * has no other, and collectors refuse a whole export for one.
 */
export function toMetricData(states: readonly MetricState[], sdk: Sdk, startMs: number, nowMs: number): MetricData[] {
  const times = { startTime: hrTime(startMs), endTime: hrTime(nowMs) };
  return states
    .map((state) => ({ ...state, values: state.values.filter(({ value }) => Number.isFinite(value)) }))
    .filter(({ values }) => values.length > 0)
    .map((state): MetricData => {
      const { name, help, kind } = state;
      const descriptor = { name, description: help, unit: unitOf(name), valueType: 1 };
      const base = { descriptor, aggregationTemporality: sdk.AggregationTemporality.CUMULATIVE };
      if (kind === 'histogram') {
        const dataPoints = histograms(state).map((point) => ({ ...times, ...point }));
        return { ...base, dataPointType: sdk.DataPointType.HISTOGRAM, dataPoints };
      }
      const dataPoints = state.values.map(({ value, labels }) => ({
        ...times,
        attributes: labels as Attributes,
        value,
      }));
      if (kind === 'counter') return { ...base, dataPointType: sdk.DataPointType.SUM, dataPoints, isMonotonic: true };
      return { ...base, dataPointType: sdk.DataPointType.GAUGE, dataPoints };
    });
}

interface HistogramPoint {
  readonly attributes: Attributes;
  readonly value: { buckets: { boundaries: number[]; counts: number[] }; sum: number; count: number };
}

/** Prometheus' buckets count everything up to their bound, OTLP's what lies between two. */
function histograms({ name, values }: MetricState): HistogramPoint[] {
  const points = new Map<string, HistogramPoint>();
  const seen = new Map<string, number>();
  for (const { metricName, value, labels } of values) {
    const { le, ...attributes } = labels;
    const key = JSON.stringify(Object.entries(attributes).sort());
    const empty = { attributes, value: { buckets: { boundaries: [], counts: [] }, sum: 0, count: 0 } };
    const point = points.get(key) ?? empty;
    points.set(key, point);
    if (metricName === `${name}_sum`) point.value.sum = value;
    else if (metricName === `${name}_count`) point.value.count = value;
    else {
      if (Number.isFinite(Number(le))) point.value.buckets.boundaries.push(Number(le));
      point.value.buckets.counts.push(value - (seen.get(key) ?? 0));
      seen.set(key, value);
    }
  }
  return [...points.values()];
}

/** By the names of the Unified Code for Units of Measure, as OTLP has them. */
function unitOf(name: string): string {
  const [, unit] = /_(seconds|bytes|ratio)(?:_total)?$/.exec(name) ?? [];
  return { seconds: 's', bytes: 'By', ratio: '1' }[unit ?? ''] ?? '';
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
}
