import { channel } from 'node:diagnostics_channel';

/** Steps of a run at which its death, or its standing still, must lose and double nothing. */
export const failpoints = [
  /** A lane has told the landing of what it received. */
  'lane.received',
  /** A row group is encoded, and still in the lane. */
  'lane.encoded',
  /** The intent of a file is durable, the file is not. */
  'intent.put',
  /** A part of a multipart upload is there. */
  's3.part',
  /** The store has written an object, and nobody here knows it yet. */
  's3.answered',
  /** Messages of durable files are about to be deleted. */
  'sqs.delete',
  /** Leases are about to be renewed. */
  'sqs.renew',
] as const;
export type Failpoint = (typeof failpoints)[number];

/** Name of the diagnostics channel on which each thread says that it has come to a failpoint. */
export const FAILPOINT_CHANNEL = 'parquetry:failpoint';

const points = channel(FAILPOINT_CHANNEL);

/**
 * Says that the run has come to this point. Costs a read of one property unless somebody listens, and only code that was loaded
 * into the process beside the engine, as tests do with `node --import`, can: no option, variable or file of a pipeline leads here.
 */
export function failpoint(name: Failpoint): void {
  if (points.hasSubscribers) points.publish(name);
}
