/** What one metric is. */
export interface Instrument {
  /** Counters only grow, gauges go up and down, histograms tell how values are spread. */
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Names of the labels that it may have, beside `pipeline`. Default: none. */
  readonly labels?: readonly string[];
}

/**
 * Every metric of the engine, by name. Closed: a test says so where one is counted that is not here, or the other way round. All
 * exporters, and the reference page, are made from this list. Components of one's own count what they like.
 */
export const INSTRUMENTS = {
  // What comes in
  parquetry_messages_received_total: counter('Messages received.'),
  parquetry_messages_received_again_total: counter(
    'Messages received that had been received before: after a death, a lost lease, or a return.',
  ),
  parquetry_received_bytes_total: counter('Bytes of the bodies of messages received.'),
  parquetry_messages_processed_total: counter('Messages that a lane has looked into.'),
  parquetry_records_received_total: counter('Records found in messages, good and bad.'),
  parquetry_receive_errors_total: counter('Receive calls that failed, by code.', 'code'),
  parquetry_source_messages: gauge('Messages at the source, as it counts them.', 'state'),
  parquetry_sqs_receive_calls_total: counter('Receive calls.'),
  parquetry_sqs_messages_received_total: counter('Messages that receive calls brought.'),
  parquetry_sqs_payloads_unavailable_total: counter(
    'Messages left in the queue because their payload in S3 could not be read.',
  ),
  parquetry_payloads_sampled_total: counter('Bodies written to the log as a sample.'),
  // The ledger
  parquetry_ledger_messages_total: counter('Messages by how they ended.', 'how'),
  parquetry_ledger_records_total: counter(
    'Records by how they ended, and why where they were not delivered.',
    'how',
    'reason',
  ),
  parquetry_in_flight_messages: gauge('Messages received and not yet settled.'),
  parquetry_in_flight_records: gauge('Records of messages not yet settled.'),
  parquetry_ledger_closed: gauge('1 while received equals all outcomes together.'),
  parquetry_receive_to_durable_seconds: histogram(
    'Time from receive until every row and dead letter of a message is durable.',
  ),
  parquetry_receive_to_settled_seconds: histogram(
    'Time from receive to acknowledgement or return, by which of them.',
    'how',
  ),
  // Lanes
  parquetry_lanes: gauge('Lanes by state.', 'state'),
  parquetry_lanes_wanted: gauge('Lanes that there should be.'),
  parquetry_saturated: gauge('1 while more is to be done than this process can do: for the scaler of a fleet.'),
  parquetry_backlog_seconds: gauge('Time to work off what waits at the source, at the present rate.'),
  parquetry_cpu_used_ratio: gauge('CPU used, as a share of what the process may use.'),
  parquetry_memory_used_ratio: gauge('Memory used, as a share of what the process may use.'),
  parquetry_lane_utilization_ratio: gauge('Share of time a lane was busy since somebody last looked.', 'lane'),
  parquetry_lane_heap_used_bytes: gauge('JavaScript heap of a lane.', 'lane'),
  parquetry_lane_external_bytes: gauge('Memory outside the heap that a lane holds.', 'lane'),
  parquetry_lane_gc_seconds_total: counter('Time a lane spent collecting garbage, by kind.', 'lane', 'kind'),
  parquetry_lane_gcs_total: counter('Garbage collections of a lane, by kind.', 'lane', 'kind'),
  parquetry_lanes_lost_total: counter(
    'Lanes that did not come back, died, broke or ran out of memory, by reason.',
    'reason',
  ),
  parquetry_restarts_total: counter('Times that the engine was started again by its guardian after it died.'),
  parquetry_poison_total: counter('Records shown to end a lane or the process, by reason.', 'reason'),
  parquetry_chunk_seconds: histogram(
    'Time a lane takes for about 1 MiB of messages, by stage: transform, which scans them too, and encode.',
    'stage',
  ),
  parquetry_seal_seconds: histogram('Time a lane takes to seal a row group.'),
  parquetry_main_utilization_ratio: gauge('Share of time the main thread was busy since somebody last looked.'),
  parquetry_sink_concurrency: gauge('Files that may be written to a sink at once, as it bears.', 'sink'),
  parquetry_paused: gauge('1 while lanes are paused: memory, or a storm of misfits.'),
  parquetry_pauses_total: counter('Times that lanes were paused.'),
  parquetry_grace_exceeded_total: counter('Runs that could not write everything held within their grace.'),
  // Files
  parquetry_open_files: gauge('Files that wait for more rows.'),
  parquetry_held_bytes: gauge('Sealed bytes in the landing: open files and uploads under way.'),
  parquetry_files_closed_total: counter('Files closed to be written, by reason.', 'reason'),
  parquetry_uploads: gauge('Files being written or waiting for it, by sink.', 'sink'),
  parquetry_rows_written_total: counter('Rows made durable, summed over sinks.'),
  parquetry_files_written_total: counter('Files made durable.'),
  parquetry_written_bytes_total: counter('Bytes of files made durable.'),
  parquetry_batch_age_seconds: histogram('Age of a file when it is closed, from its first row.'),
  parquetry_upload_seconds: histogram('Time to make a closed file durable, by sink.', 'sink'),
  parquetry_file_bytes: histogram('Size of files made durable, by sink.', 'sink'),
  parquetry_file_rows: histogram('Rows of files made durable, by sink.', 'sink'),
  parquetry_sink_errors_total: counter('Writes that failed for good, by code.', 'code'),
  parquetry_s3_retries_total: counter('Requests to S3 that were tried again, by code.', 'code'),
  parquetry_files_overtaken_total: counter('Files not written because others hold their messages by now.'),
  // Leases
  parquetry_leases_lost_total: counter('Leases that ran out before their message was settled.'),
  parquetry_leases_renewed_total: counter('Leases renewed.'),
  parquetry_settle_errors_total: counter('Messages whose acknowledgement or return failed, by which of them.', 'how'),
  parquetry_lease_renewals_failed_total: counter('Leases whose renewal failed and is tried again.'),
} as const satisfies Readonly<Record<string, Instrument>>;

/** A metric of the engine, by name. */
export type MetricName = keyof typeof INSTRUMENTS;

/** Undefined for what components of one's own count. */
export function instrumentOf(name: string): Instrument | undefined {
  return Object.hasOwn(INSTRUMENTS, name) ? INSTRUMENTS[name as MetricName] : undefined;
}

function counter(help: string, ...labels: readonly string[]): Instrument {
  return { kind: 'counter', help, labels };
}

function gauge(help: string, ...labels: readonly string[]): Instrument {
  return { kind: 'gauge', help, labels };
}

function histogram(help: string, ...labels: readonly string[]): Instrument {
  return { kind: 'histogram', help, labels };
}
