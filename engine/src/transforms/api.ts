/**
 * What `import … from 'parquetry'` is inside a transform. Bundled into the user's code, so it needs neither Node nor
 * packages, and whatever it makes is recognised by its structure: the engine never shares a class with it.
 */
import type { Schema } from '../core/schema.ts';
import type { Drop } from './api/drop.ts';
import type { Exact } from './api/exact.ts';
import type { Row, Timestamp } from './api/values.ts';

export { decimal, type Rounding } from './api/decimal.ts';
export { type Drop, drop } from './api/drop.ts';
export { type TimestampOptions, t } from './api/t.ts';
export { type CalendarUnit, type ClockUnit, type TimeParts, time } from './api/time.ts';
export type { JsonValue, OptionalSlot, RequiredSlot, Row, Shape, Timestamp, ValueOf } from './api/values.ts';
export { day, dayOfWeek, dayOfYear, hour, minute, month, second, year } from './builtins/date-parts.ts';
export { hash } from './builtins/hash.ts';
export { canonicalIp, ipPrefix, ipVersion } from './builtins/ip.ts';
export { lookup } from './builtins/lookup.ts';
export { parseBool, parseDouble, parseInt64, parseInteger, parseTimestamp } from './builtins/parse.ts';
export { lower, matches, trim, upper } from './builtins/text.ts';

/**
 * Types generated for a pipeline say here what a record is:
 * `declare module 'parquetry' { interface Register { input: { id: bigint; … } } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented
export interface Register {}

/** A record before the input schema is known: nothing is checked. */
// biome-ignore lint/suspicious/noExplicitAny: with unknown, no transform would compile until types are generated
export type LooseRecord = Record<string, any>;

export type InputOf<Registered> = Registered extends { input: infer Input } ? Input : LooseRecord;

/** One record as `map` gets it: a plain object made for this call, the user's to change. */
export type Input = InputOf<Register>;

/** What `setup` gets. */
export interface SetupContext {
  readonly pipeline: string;
  /** Absolute folder of the pipeline. */
  readonly folder: string;
}

/** What `prefetch` gets beside the records. */
export interface PrefetchContext<State> extends SetupContext {
  readonly state: State;
}

/**
 * What `map` gets beside the record. One object for all calls: take what you need out of it, do not keep it. Its
 * functions need no `this`.
 */
export interface MapContext<State, Prefetched> {
  /** What `setup` returned. */
  readonly state: State;
  /** What `prefetch` returned for this chunk. */
  readonly prefetched: Prefetched;
  /**
   * When the delivery was sent, where its source knows, as SQS does: the same on every replay. Otherwise when it was
   * received, which a replay changes.
   */
  readonly now: Timestamp;
  /** Stable over redeliveries (SQS: MessageId). */
  readonly deliveryId: string;
  /** Position of the record in its delivery, from 0. */
  readonly ordinal: number;
  /** Message attributes; empty where the source has none. */
  readonly attributes: Readonly<Record<string, string>>;
  /** A new UUID at every call, and the same ones on a replay: version 5 of delivery id, ordinal and number of the call. */
  uuid(): string;
  drop(reason: string): Drop;
}

/** A promise fits any object type whose keys are all optional, unless it is kept out by name. */
type NoPromise<Value> = 'then' extends keyof Value ? Value : Value & { readonly then?: undefined };
type OneOrMore<Value> = NoPromise<Value> | readonly Value[] | Drop;

type ExactResult<Result, Wanted> = Result extends Drop
  ? Result
  : Result extends readonly (infer Item)[]
    ? readonly Exact<Item, Wanted>[]
    : Exact<Result, Wanted>;

/**
 * A transform as the user writes it. State flows downwards, and so do the types: keep the order of the members.
 * `setup` runs once a lane, `prefetch` once for each chunk of records, `map` once for each record.
 */
export interface Definition<Value, State, Prefetched, Result> {
  /** The contract: the columns of what is written. */
  readonly output: Row<Value>;
  /** Loads what `map` needs. A throw stops the pipeline. */
  readonly setup?: (ctx: SetupContext) => State | Promise<State>;
  /** The one place to wait for something remote, for many records at once. A throw gives the chunk back to its source. */
  readonly prefetch?: (
    records: readonly Input[],
    ctx: PrefetchContext<NoInfer<Awaited<State>>>,
  ) => Prefetched | Promise<Prefetched>;
  /** A row, several, or `drop(reason)`. Synchronous. A throw costs this record. */
  readonly map: (
    record: Input,
    ctx: MapContext<NoInfer<Awaited<State>>, NoInfer<Awaited<Prefetched>>>,
  ) => Result & NoInfer<ExactResult<Result, Value>>;
}

/** A transform as the engine finds it: the default export of the user's file. */
export interface Transform {
  /** Marks the object and the version of this interface. */
  readonly parquetry: 'transform/1';
  readonly output: Schema;
  setup?(ctx: SetupContext): unknown;
  prefetch?(records: readonly unknown[], ctx: PrefetchContext<unknown>): unknown;
  map(record: unknown, ctx: MapContext<unknown, unknown>): unknown;
}

/** Makes a transform out of its parts; the default export of `transform.ts`. Checks nothing at run time: the engine does. */
export function defineTransform<
  Value,
  Result extends OneOrMore<NoInfer<Value>>,
  State = undefined,
  Prefetched = undefined,
>(definition: Definition<Value, State, Prefetched, Result>): Transform {
  return { ...definition, parquetry: 'transform/1' } as Transform;
}
