import type { Method } from './method.ts';
import type { Target } from './places.ts';

export interface QueueInfo {
  readonly name: string;
  /** Empty where there is none. */
  readonly url: string;
  readonly messages: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Age of its oldest message, about; absent where there is none, or nobody may know. */
  readonly oldestS?: number;
  readonly isFifo: boolean;
  /** Name of its dead-letter queue. */
  readonly deadLetterQueue?: string;
  readonly maxReceiveCount?: number;
  /** Set where it is named but cannot be looked at, as it does not exist: then its counts are 0. */
  readonly problem?: string;
}

export interface ObjectInfo {
  /** `s3://bucket/key`. */
  readonly uri: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** What a pipeline's account holds. Rejects with E_ACCESS where a login has expired. */
export interface CloudMethods {
  /** The queues that the pipeline names with their dead-letter queues, and, with `all`, others of the account, 200 at most. */
  'cloud.queues': Method<Target & { readonly all?: boolean }, { readonly queues: readonly QueueInfo[] }>;
  'cloud.buckets': Method<Target & { readonly all?: boolean }, { readonly buckets: readonly string[] }>;
  /** Of one bucket, the newest first as far as one listing of 1,000 tells. */
  'cloud.objects': Method<
    Target & { readonly bucket: string; readonly prefix?: string },
    { readonly objects: readonly ObjectInfo[]; readonly folders: readonly string[] }
  >;
  /** Profiles of the shared configuration files. */
  'cloud.profiles': Method<Record<never, never>, { readonly profiles: readonly string[] }>;
}
