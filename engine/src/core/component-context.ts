import type { BodyMemory } from './body-memory.ts';
import type { Schema } from './schema.ts';
import type { Logger, Metrics } from './telemetry.ts';

/** Where AWS is. Everything optional: the SDK's own chain fills in the rest. No credentials ever. */
export interface AwsSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly endpoint?: string;
  readonly sqsEndpoint?: string;
  readonly s3Endpoint?: string;
  readonly forcePathStyle?: boolean;
}

/** The frozen input schema, and whether what it does not know is kept. */
export interface InputContext {
  readonly schema: Schema;
  readonly rest: boolean;
}

/** What every component is made with. */
export interface ComponentContext {
  readonly pipeline: string;
  readonly runId: string;
  /** Absolute folder of the pipeline; relative paths in its file start here. */
  readonly folder: string;
  readonly aws: AwsSettings;
  /** What the pipeline takes, for sources that read only what is asked for. Absent outside of runs. */
  readonly input?: InputContext;
  /** How long a delivery is expected to be held before its rows are durable: batch age + upload. Sources lease for this long. */
  readonly expectedHoldMs: number;
  /** Where the lane's scanner wants its bodies, for sources that can put them there. Absent outside of lanes. */
  readonly bodyMemory?: BodyMemory | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
