/** What each counted metric means. Closed: a name that is not here is a mistake, and a test says so. */
export const METRIC_HELP: Readonly<Record<string, string>> = {
  parquetry_messages_received_total: 'Messages received.',
  parquetry_records_received_total: 'Records found in messages, good and bad.',
  parquetry_receive_errors_total: 'Receive calls that failed, by code.',
  parquetry_receive_to_settled_seconds: 'Time from receive to acknowledgement or return, by which of them.',
  parquetry_batch_age_seconds: 'Age of a file when it is closed, from its first row.',
  parquetry_upload_seconds: 'Time to make a closed file durable, by sink.',
  parquetry_file_bytes: 'Size of files made durable, by sink.',
  parquetry_seal_seconds: 'Time a lane takes to seal a row group.',
  parquetry_sink_errors_total: 'Writes that failed for good, by code.',
  parquetry_files_overtaken_total: 'Files not written because others hold their messages by now.',
  parquetry_leases_lost_total: 'Leases that ran out before their message was settled.',
  parquetry_lease_renewals_failed_total: 'Leases whose renewal failed and is tried again.',
  parquetry_paused: '1 while lanes are paused: memory, or a storm of misfits.',
  parquetry_s3_retries_total: 'Requests to S3 that were tried again, by code.',
  parquetry_sqs_receive_calls_total: 'Receive calls.',
  parquetry_sqs_messages_received_total: 'Messages that receive calls brought.',
  parquetry_sqs_payloads_unavailable_total: 'Messages left in the queue because their payload in S3 could not be read.',
};

/** Help text of a metric; own components count what they like. */
export function metricHelp(name: string): string {
  return METRIC_HELP[name] ?? 'Counted by a component of the pipeline.';
}
