import type { Method } from './method.ts';
import type { Target } from './places.ts';
import type { Count } from './rows.ts';

/** Where samples come from. */
export type SampleOrigin =
  | { readonly type: 'queue'; readonly queue: string }
  /** `s3://bucket/key`. */
  | { readonly type: 'object'; readonly uri: string }
  | { readonly type: 'file'; readonly file: string }
  | { readonly type: 'dead-letters' }
  /** Address of a running engine's pages: `http://127.0.0.1:9090`. */
  | { readonly type: 'engine'; readonly url: string; readonly token?: string };

export interface SampleFile {
  /** Absolute path. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Absent where counting would need reading more than 1 MiB. */
  readonly records?: number;
  readonly modifiedAtMs: number;
}

/** What taking costs, before it is done. */
export interface SampleCost {
  /** Why it is refused: messages near their `maxReceiveCount` would go to the dead-letter queue. */
  readonly refused?: string;
  /** "Each message's receive count goes up by one", "FIFO: its groups stand still for 10 s". */
  readonly warnings: readonly string[];
}

export interface SampleMethods {
  'samples.list': Method<Target, { readonly files: readonly SampleFile[] }>;
  'samples.cost': Method<Target & { readonly from: SampleOrigin }, SampleCost>;
  /**
   * Saves records to a file in the pipeline's `samples/`, redacted by its `samples.redact` and by `redact` on top. From a queue: received with a short visibility, then
   * returned. Snapshots count records.
   */
  'samples.take': Method<
    Target & {
      readonly from: SampleOrigin;
      readonly limit: number;
      readonly name: string;
      readonly redact?: Redaction;
    },
    {
      readonly file: string;
      readonly records: number;
      /** Values in all. */
      readonly redacted: number;
      /** Fields of the rules, each with how many values: 0 where no record has it. */
      readonly redactedFields: readonly Count[];
      readonly warnings: readonly string[];
    },
    { readonly records: number }
  >;
}

/** Field rules, by dotted path with `*` for one step: `user.email`, `items.*.name`. */
export interface Redaction {
  readonly fields: readonly string[];
  /** `mask`: letters and digits are replaced, lengths stay; `hash`: equal values stay equal; `remove`: the key goes. Default: mask. */
  readonly how?: 'mask' | 'hash' | 'remove';
}
