/**
 * Everything that a run logs, and what it means. Closed: a logger takes no other name, so that alerts on a name keep working. A
 * name says what happened, whatever the level; `docs/reference/telemetry.md` is made from this list.
 */
export const LOG_EVENTS = meanings({
  'run.started': 'A run has begun: its pipeline, lanes and mode of delivery.',
  'run.stopping': 'A run was asked to end: it receives no more, writes what it holds or gives it back, and settles.',
  'run.stopped':
    'What became of what was held when a run was asked to end: written, returned to the source, or left to the leases.',
  'reload.refused': 'A changed pipeline is not taken over, and why; the run goes on as before.',
  'reload.done':
    'A changed pipeline has taken over: `generation` counts them. The one before writes and settles what it holds.',
  'reload.retired': 'The pipeline from before a reload has ended; `reason` and the fields of its ledger say how.',
  'run.ended':
    'A run is over; `reason` says why, the fields are its ledger. What is wrong with it, if anything, is in `error`.',
  'receive.failed': 'A receive call failed and is tried again after `delayMs`.',
  'backlog.failed': 'The source did not say how much waits.',
  'delivery.lookup.failed':
    'It could not be looked up whether deliveries that came again are in a file already; they go back.',
  'payload.sampled': 'The body of a delivery as it came, cut: see `telemetry.samplePayloads`.',
  storm: 'More records than `errors.storm` allows do not fit; receiving pauses, or the run ends.',
  'lanes.scaled': 'The autoscaler changes the number of lanes: from, to, why, and the load it saw.',
  'lanes.saturated':
    'More is to be done than this process can do, or no longer so: `saturated` says which, `reason` why.',
  'lane.draining': 'A lane receives no more, seals what it holds, and ends. Nothing goes back, no upload is cut off.',
  'lane.killed': 'A lane was ended at once; what it had not sealed comes again.',
  'lane.slow': 'A lane is not ready after a minute: your module, or `setup`, has not come back.',
  'lane.lost':
    'A lane did not come back, died, broke or ran out of memory; another takes its place, and what it had not sealed comes again.',
  'poison.isolated':
    'It is shown which record ended a lane or the process: when its delivery comes again it is dead-lettered, unseen by your code.',
  'engine.restarted':
    'The process before this one ended abnormally; `ending` says how, `suspects` how many deliveries are looked at one by one.',
  'engine.suspects.cleared':
    'All deliveries that could have ended the process have passed or are dead-lettered; all lanes run again.',
  'file.written':
    'A file is durable; its line for the audit: `sink`, `partition`, `uri`, `rows`, `rowGroups`, `sizeBytes`, `messages`, ' +
    '`firstEventAt` and `lastEventAt` of its rows, what it was `closedBy`, and the `ms` that the write took.',
  'sink.write.failed': 'A file or dead letters could not be written; their messages go back to the source.',
  'sink.write.overtaken': 'A file was not written, because others hold its messages by now.',
  'sink.s3.retry': 'A request to S3 failed and is tried again.',
  'sink.s3.checksum.missing': 'The store answers without a checksum, so that writes are checked by size alone.',
  'sink.s3.conditional_writes.missing': 'The store cannot refuse to overwrite, so that delivery is at least once.',
  'sink.s3.upload.left':
    'A multipart upload could not be aborted: its parts stay, and cost, until a lifecycle rule removes them.',
  'partitions.overflow':
    'More partitions are open than `batch.maxOpenPartitions`: rows of the rest wait together, and their files are small.',
  'spool.failed':
    'The spool could not be written to, most likely because the disk is full; files are smaller until it can be again.',
  'delivery.refused':
    'A sink refused what a message becomes as often as `errors.maxReceives` allows: it becomes a dead letter when it comes again.',
  'lease.lost':
    'A message may have gone to somebody else before it was settled: it is not deleted, and may be written twice.',
  'lease.renewal.failed': 'Leases could not be renewed, and are tried again.',
  'source.sqs.payload.unavailable': 'A payload in S3 could not be read; its message stays in the queue.',
  'telemetry.listening': '`/metrics`, `/livez` and `/readyz` answer at `address`.',
  'telemetry.exporting': 'Metrics go to an OTLP endpoint, as the environment says.',
  'telemetry.export.failed': 'Metrics did not reach the OTLP endpoint; said once until they do again. The run goes on.',
  'telemetry.export.recovered': 'Metrics reach the OTLP endpoint again.',
  'telemetry.metric.refused':
    'A metric could not be counted, most likely because of its name or labels; said once a metric.',
  'profile.written': 'A CPU profile of a thread lies in `file`.',
  'profile.failed': 'A CPU profile could not be taken or written. The run goes on.',
});

/** A name from the list; own components name theirs `own.…`. */
export type LogEvent = keyof typeof LOG_EVENTS | `own.${string}`;

/** Keeps the names in the type, and not the texts: it goes into the types that pipelines compile against. */
function meanings<Name extends string>(texts: Readonly<Record<Name, string>>): Readonly<Record<Name, string>> {
  return texts;
}
