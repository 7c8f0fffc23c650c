import type { Reasons } from '../core/ledger.ts';
import type { Backlog } from '../core/source.ts';
import type { Labels } from '../core/telemetry.ts';
import type { MetricName } from '../telemetry/instruments.ts';
import type { Reading } from '../telemetry/metric-store.ts';
import type { RunSnapshot } from './engine.ts';
import type { LaneUsage } from './lane-usage.ts';

type Value = Reading['values'][number];

/** What a run is at right now, and its accounts, as metrics. What is not measured is not there. */
export function runReadings(run: RunSnapshot, lanes: readonly LaneUsage[]): Reading[] {
  const { ledger, written, backlog } = run;
  const { records, messages } = ledger;
  const account = (how: string, value: number): Value => ({ value, labels: { how } });
  return [
    many('parquetry_ledger_messages_total', [
      account('acked', messages.acked),
      account('returned', messages.returned),
      account('lease_lost', messages.leaseLost),
    ]),
    many('parquetry_ledger_records_total', [
      account('delivered', records.delivered),
      account('returned', records.returned),
      account('lease_lost', records.leaseLost),
      ...byReason('dropped', records.dropped),
      ...byReason('dead_lettered', records.deadLettered),
    ]),
    one('parquetry_in_flight_messages', messages.inFlight),
    one('parquetry_in_flight_records', records.inFlight),
    one('parquetry_ledger_closed', ledger.closed ? 1 : 0),
    one('parquetry_rows_written_total', written.rows),
    one('parquetry_files_written_total', written.files),
    one('parquetry_written_bytes_total', written.bytes),
    one('parquetry_open_files', run.openFiles),
    one('parquetry_held_bytes', run.heldBytes),
    one('parquetry_paused', run.isPaused ? 1 : 0),
    many('parquetry_sink_concurrency', ofSinks(run, 'concurrency')),
    many('parquetry_uploads', ofSinks(run, 'uploads')),
    many('parquetry_lanes', laneStates(run)),
    ...scalingReadings(run),
    many('parquetry_lane_utilization_ratio', usage(lanes, 'busy')),
    many('parquetry_lane_heap_used_bytes', usage(lanes, 'heapUsedBytes')),
    many('parquetry_lane_external_bytes', usage(lanes, 'externalBytes')),
    many('parquetry_source_messages', backlog ? waiting(backlog) : []),
  ];
}

function one(name: MetricName, value: number): Reading {
  return many(name, [{ value }]);
}

function many(name: MetricName, values: readonly Value[]): Reading {
  return { name, values };
}

function waiting({ visible, inFlight, delayed }: Backlog): Value[] {
  const counts = { visible, in_flight: inFlight, delayed };
  return Object.entries(counts).map(([state, value]) => ({ value, labels: { state } }));
}

function byReason(how: string, reasons: Readonly<Reasons>): Value[] {
  return Object.entries(reasons).map(([reason, value]) => ({ value, labels: { how, reason } }));
}

/** What a scaler of the fleet goes by. */
function scalingReadings({ scaling }: RunSnapshot): Reading[] {
  if (!scaling) return [];
  const { wanted, saturated, sample } = scaling;
  const { cpu, memory, behindMs = Number.POSITIVE_INFINITY } = sample;
  return [
    one('parquetry_lanes_wanted', wanted),
    one('parquetry_saturated', saturated ? 1 : 0),
    one('parquetry_cpu_used_ratio', cpu),
    one('parquetry_memory_used_ratio', memory),
    many('parquetry_backlog_seconds', Number.isFinite(behindMs) ? [{ value: behindMs / 1_000 }] : []),
  ];
}

function ofSinks({ sinks }: RunSnapshot, what: 'concurrency' | 'uploads'): Value[] {
  return sinks.map((load) => ({ value: load[what], labels: { sink: load.sink } }));
}

function laneStates({ lanes }: RunSnapshot): Value[] {
  const states = Map.groupBy(lanes, ({ state }) => state);
  return Array.from(states, ([state, of]) => ({ value: of.length, labels: { state } }));
}

function usage(lanes: readonly LaneUsage[], what: 'busy' | 'heapUsedBytes' | 'externalBytes'): Value[] {
  return lanes.flatMap((lane) => {
    const value = lane[what];
    const labels: Labels = { lane: String(lane.lane) };
    return value === undefined ? [] : [{ value, labels }];
  });
}
