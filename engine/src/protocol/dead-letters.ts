import type { Method } from './method.ts';
import type { Place, Target } from './places.ts';
import type { Count } from './rows.ts';

/** A record that could not be delivered. `atMs` is 0 where nobody knows. */
export interface DeadLetterInfo {
  /** Where it lies, and which it is there. */
  readonly id: string;
  readonly atMs: number;
  readonly stage: string;
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
  /** Delivery, and 0-based record in it, that it came from. */
  readonly deliveryId: string;
  readonly record?: number;
  /** When it was replayed. */
  readonly replayedAtMs?: number;
}

export interface DeadLetterDetail extends DeadLetterInfo {
  /** Text, or base64 where it is none; cut at 1 MiB. */
  readonly original: string;
  readonly isBase64: boolean;
  readonly stack?: string;
  readonly place?: Place;
  readonly attributes: Readonly<Record<string, string>>;
  readonly receiveCount?: number;
}

export interface DeadLetterMethods {
  /**
   * Newest first, a page at a time. `next` of an answer asks for those behind it, as they were when the first page was asked for.
   * Letters in a queue have to be received to be looked at, and are given back: their receive counts go up by one.
   */
  'deadLetters.list': Method<
    Target & { readonly fromMs?: number; readonly toMs?: number; readonly reason?: string; readonly next?: string },
    {
      readonly letters: readonly DeadLetterInfo[];
      /** Of all in the time asked for, whatever `reason`; those that were replayed are not counted. */
      readonly reasons: readonly Count[];
      readonly total: number;
      /** Only the newest 50,000 were kept. */
      readonly isCut: boolean;
      /** For people: `s3://lake/_errors/clicks`. */
      readonly place: string;
      readonly next?: string;
    }
  >;
  'deadLetters.show': Method<Target & { readonly id: string }, DeadLetterDetail>;
  /** What the transform, as it is now, makes of the record: its rows as JSON, or why not. Nothing is written. */
  'deadLetters.retry': Method<
    Target & { readonly id: string },
    | { readonly outcome: 'kept'; readonly rows: readonly string[] }
    | { readonly outcome: 'dropped' | 'dead-lettered'; readonly reason: string; readonly message?: string }
  >;
  /**
   * Sends the records back to the pipeline's queue; where its source is none, through the pipeline here and now. What was replayed
   * already is left out. `again`: records that became dead letters anew, where that is known.
   */
  'deadLetters.replay': Method<
    Target & { readonly ids: readonly string[] },
    {
      readonly sent: number;
      readonly again?: number;
      readonly failed: readonly { readonly id: string; readonly why: string }[];
    },
    { readonly sent: number }
  >;
}
