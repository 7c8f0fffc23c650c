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

/** What every component is made with. */
export interface ComponentContext {
  readonly pipeline: string;
  readonly runId: string;
  /** Absolute folder of the pipeline; relative paths in its file start here. */
  readonly folder: string;
  readonly aws: AwsSettings;
  /** How long a delivery is expected to be held before its rows are durable: batch age + upload. Sources lease for this long. */
  readonly expectedHoldMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
