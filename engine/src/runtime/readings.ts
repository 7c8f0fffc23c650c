import type { Reasons } from '../core/ledger.ts';
import type { Labels } from '../core/telemetry.ts';
import type { Reading } from '../telemetry/prometheus.ts';
import type { LaneUsage, RunSnapshot } from './engine.ts';

type Value = Reading['values'][number];

/** What a run is at right now, and its accounts, as metrics. What is not measured is not there. */
export function runReadings(run: RunSnapshot, lanes: readonly LaneUsage[]): Reading[] {
  const { ledger, written, backlog } = run;
  const { records, messages } = ledger;
  const account = (how: string, value: number): Value => ({ value, labels: { how } });
  const readings: Reading[] = [
    counter('parquetry_ledger_messages_total', 'Messages by how they ended.', [
      account('acked', messages.acked),
      account('returned', messages.returned),
      account('lease_lost', messages.leaseLost),
    ]),
    counter('parquetry_ledger_records_total', 'Records by how they ended.', [
      account('delivered', records.delivered),
      account('returned', records.returned),
      account('lease_lost', records.leaseLost),
      ...byReason('dropped', records.dropped),
      ...byReason('dead_lettered', records.deadLettered),
    ]),
    gauge('parquetry_in_flight_messages', 'Messages received and not yet settled.', messages.inFlight),
    gauge('parquetry_in_flight_records', 'Records of messages not yet settled.', records.inFlight),
    gauge('parquetry_ledger_closed', '1 while received equals all outcomes together.', ledger.closed ? 1 : 0),
    counter('parquetry_rows_written_total', 'Rows made durable, summed over sinks.', [{ value: written.rows }]),
    counter('parquetry_files_written_total', 'Files made durable.', [{ value: written.files }]),
    counter('parquetry_written_bytes_total', 'Bytes of files made durable.', [{ value: written.bytes }]),
    gauge('parquetry_open_files', 'Files that wait for more rows.', run.openFiles),
    gauge('parquetry_held_bytes', 'Sealed bytes in the landing: open files and uploads under way.', run.heldBytes),
    many('parquetry_lanes', 'Lanes by state.', laneStates(run)),
    many(
      'parquetry_lane_utilization_ratio',
      'Share of time a lane was busy since the last scrape.',
      usage(lanes, 'busy'),
    ),
    many('parquetry_lane_heap_used_bytes', 'JavaScript heap of a lane.', usage(lanes, 'heapUsedBytes')),
    many('parquetry_lane_external_bytes', 'Memory outside the heap that a lane holds.', usage(lanes, 'externalBytes')),
  ];
  if (backlog) {
    readings.push(
      many('parquetry_source_messages', 'Messages at the source, as it counts them.', [
        { value: backlog.visible, labels: { state: 'visible' } },
        { value: backlog.inFlight, labels: { state: 'in_flight' } },
        { value: backlog.delayed, labels: { state: 'delayed' } },
      ]),
    );
  }
  return readings.filter(({ values }) => values.length > 0);
}

function counter(name: string, help: string, values: readonly Value[]): Reading {
  return { name, help, kind: 'counter', values };
}

function gauge(name: string, help: string, value: number): Reading {
  return many(name, help, [{ value }]);
}

function many(name: string, help: string, values: readonly Value[]): Reading {
  return { name, help, kind: 'gauge', values };
}

function byReason(how: string, reasons: Readonly<Reasons>): Value[] {
  return Object.entries(reasons).map(([reason, value]) => ({ value, labels: { how, reason } }));
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
