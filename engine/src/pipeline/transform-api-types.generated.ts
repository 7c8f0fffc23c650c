// Generated from transforms/user-api.ts by scripts/generate.ts. Do not edit.
/** Ambient declarations of 'parquetry' as a transform imports it. */
export const transformApiTypes = "declare module 'parquetry' {\n\
  /**\n\
   * What `import … from 'parquetry'` is inside a transform. Bundled into the user's code, so it needs neither Node nor\n\
   * packages, and whatever it makes is recognised by its structure: the engine never shares a class with it.\n\
   */\n\
  import type { Schema } from 'parquetry/internal/core/schema';\n\
  import type { Drop } from 'parquetry/internal/transforms/api/drop';\n\
  import type { Exact } from 'parquetry/internal/transforms/api/exact';\n\
  import type { Row, Timestamp } from 'parquetry/internal/transforms/api/values';\n\
  export { decimal, type Rounding } from 'parquetry/internal/transforms/api/decimal';\n\
  export { type Drop, drop } from 'parquetry/internal/transforms/api/drop';\n\
  export { type TimestampOptions, t } from 'parquetry/internal/transforms/api/t';\n\
  export { type CalendarUnit, type ClockUnit, type TimeParts, time } from 'parquetry/internal/transforms/api/time';\n\
  export type { JsonValue, OptionalSlot, RequiredSlot, Row, Shape, Timestamp, ValueOf } from 'parquetry/internal/transforms/api/values';\n\
  export { day, dayOfWeek, dayOfYear, hour, minute, month, second, year } from 'parquetry/internal/transforms/builtins/date-parts';\n\
  export { hash } from 'parquetry/internal/transforms/builtins/hash';\n\
  export { canonicalIp, ipPrefix, ipVersion } from 'parquetry/internal/transforms/builtins/ip';\n\
  export { lookup } from 'parquetry/internal/transforms/builtins/lookup';\n\
  export { parseBool, parseDouble, parseInt64, parseInteger, parseTimestamp } from 'parquetry/internal/transforms/builtins/parse';\n\
  export { lower, matches, trim, upper } from 'parquetry/internal/transforms/builtins/text';\n\
  /**\n\
   * Types generated for a pipeline say here what a record is:\n\
   * `declare module 'parquetry' { interface Register { input: { id: bigint; … } } }`.\n\
   */\n\
  export interface Register {\n\
  }\n\
  /** A record before the input schema is known: nothing is checked. */\n\
  export type LooseRecord = Record<string, any>;\n\
  export type InputOf<Registered> = Registered extends {\n\
    input: infer Input;\n\
  } ? Input : LooseRecord;\n\
  /** One record as `map` gets it: a plain object made for this call, the user's to change. */\n\
  export type Input = InputOf<Register>;\n\
  /** What `setup` gets. */\n\
  export interface SetupContext {\n\
    readonly pipeline: string;\n\
    /** Absolute folder of the pipeline. */\n\
    readonly folder: string;\n\
  }\n\
  /** What `prefetch` gets beside the records. */\n\
  export interface PrefetchContext<State> extends SetupContext {\n\
    readonly state: State;\n\
  }\n\
  /**\n\
   * What `map` gets beside the record. One object for all calls: take what you need out of it, do not keep it. Its\n\
   * functions need no `this`.\n\
   */\n\
  export interface MapContext<State, Prefetched> {\n\
    /** What `setup` returned. */\n\
    readonly state: State;\n\
    /** What `prefetch` returned for this chunk. */\n\
    readonly prefetched: Prefetched;\n\
    /**\n\
     * When the delivery was sent, where its source knows, as SQS does: the same on every replay. Otherwise when it was\n\
     * received, which a replay changes.\n\
     */\n\
    readonly now: Timestamp;\n\
    /** Stable over redeliveries (SQS: MessageId). */\n\
    readonly deliveryId: string;\n\
    /** Position of the record in its delivery, from 0. */\n\
    readonly ordinal: number;\n\
    /** Message attributes; empty where the source has none. */\n\
    readonly attributes: Readonly<Record<string, string>>;\n\
    /** A new UUID at every call, and the same ones on a replay: version 5 of delivery id, ordinal and number of the call. */\n\
    uuid(): string;\n\
    drop(reason: string): Drop;\n\
  }\n\
  /** A promise fits any object type whose keys are all optional, unless it is kept out by name. */\n\
  type NoPromise<Value> = 'then' extends keyof Value ? Value : Value & {\n\
    readonly then?: undefined;\n\
  };\n\
  type OneOrMore<Value> = NoPromise<Value> | readonly Value[] | Drop;\n\
  type ExactResult<Result, Wanted> = Result extends Drop ? Result : Result extends readonly (infer Item)[] ? readonly Exact<Item, Wanted>[] : Exact<Result, Wanted>;\n\
  /**\n\
   * A transform as the user writes it. State flows downwards, and so do the types: keep the order of the members.\n\
   * `setup` runs once a lane, `prefetch` once for each chunk of records, `map` once for each record.\n\
   */\n\
  export interface Definition<Value, State, Prefetched, Result> {\n\
    /** The contract: the columns of what is written. */\n\
    readonly output: Row<Value>;\n\
    /** Loads what `map` needs. A throw stops the pipeline. */\n\
    readonly setup?: (ctx: SetupContext) => State | Promise<State>;\n\
    /** The one place to wait for something remote, for many records at once. A throw gives the chunk back to its source. */\n\
    readonly prefetch?: (records: readonly Input[], ctx: PrefetchContext<NoInfer<Awaited<State>>>) => Prefetched | Promise<Prefetched>;\n\
    /** A row, several, or `drop(reason)`. Synchronous. A throw costs this record. */\n\
    readonly map: (record: Input, ctx: MapContext<NoInfer<Awaited<State>>, NoInfer<Awaited<Prefetched>>>) => Result & NoInfer<ExactResult<Result, Value>>;\n\
  }\n\
  /** A transform as the engine finds it: the default export of the user's file. */\n\
  export interface Transform {\n\
    /** Marks the object and the version of this interface. */\n\
    readonly parquetry: 'transform/1';\n\
    readonly output: Schema;\n\
    setup?(ctx: SetupContext): unknown;\n\
    prefetch?(records: readonly unknown[], ctx: PrefetchContext<unknown>): unknown;\n\
    map(record: unknown, ctx: MapContext<unknown, unknown>): unknown;\n\
  }\n\
  /** Makes a transform out of its parts; the default export of `transform.ts`. Checks nothing at run time: the engine does. */\n\
  export function defineTransform<Value, Result extends OneOrMore<NoInfer<Value>>, State = undefined, Prefetched = undefined>(definition: Definition<Value, State, Prefetched, Result>): Transform;\n\
}\n\
\n\
declare module 'parquetry' {\n\
  /**\n\
   * What `import … from 'parquetry'` is inside a user's files: the API of transforms, and what an own source, sink or encoder\n\
   * needs besides. Bundled into the user's code, where everything that nobody imports is left out.\n\
   */\n\
  export type { Column, ColumnBatch } from 'parquetry/internal/columns/column';\n\
  export type { Encoder, FileAbout, Segment } from 'parquetry/internal/columns/encoder';\n\
  export { rowToJson } from 'parquetry/internal/columns/ndjson-text';\n\
  export { readRow, type Value } from 'parquetry/internal/columns/values';\n\
  export type { AwsSettings, ComponentContext } from 'parquetry/internal/core/component-context';\n\
  export type { Delivery } from 'parquetry/internal/core/delivery';\n\
  export { type ErrorCode, ParquetryError } from 'parquetry/internal/core/errors';\n\
  export type { Field, Slot, Type } from 'parquetry/internal/core/schema';\n\
  export type { OutputFile, Sink, SinkReceipt } from 'parquetry/internal/core/sink';\n\
  export type { Backlog, SettleOutcome, Source, SourceReader, SourceSettler } from 'parquetry/internal/core/source';\n\
  export type { Logger, Metrics } from 'parquetry/internal/core/telemetry';\n\
}\n\
\n\
declare module 'parquetry/internal/columns/bitmap' {\n\
  /** Bitmaps as Arrow has them: bit `i` is bit `i & 7` of byte `i >> 3`. */\n\
  export function bytesForBits(bits: number): number;\n\
  export function bitAt(bitmap: Uint8Array, index: number): boolean;\n\
  export function setBit(bitmap: Uint8Array, index: number): void;\n\
  export function clearBit(bitmap: Uint8Array, index: number): void;\n\
  /** Zeros among the bits [start, end). */\n\
  export function countZeros(bitmap: Uint8Array, start: number, end: number): number;\n\
}\n\
\n\
declare module 'parquetry/internal/columns/cells' {\n\
  import type { Column } from 'parquetry/internal/columns/column';\n\
  /** Single cells, read exactly. For code that goes row by row; hot loops read the arrays themselves. */\n\
  export function isNull(column: Column, row: number): boolean;\n\
  /** The number in a cell of layout `fixed` (date: days since the epoch). */\n\
  export function numberAt(column: Column, row: number): number;\n\
  /** The integer in a cell of layout `int64`, in the column's own unit. */\n\
  export function bigintAt(column: Column, row: number): bigint;\n\
  export function boolAt(column: Column, row: number): boolean;\n\
  /** The bytes of a string, json or binary cell, as a view. */\n\
  export function bytesAt(column: Column, row: number): Uint8Array;\n\
  /** The text of a string or json cell. */\n\
  export function textAt(column: Column, row: number): string;\n\
  /** The unscaled value of a decimal cell. */\n\
  export function unscaledAt(column: Column, row: number): bigint;\n\
  /** Canonical lower-case text of a uuid cell. */\n\
  export function uuidAt(column: Column, row: number): string;\n\
}\n\
\n\
declare module 'parquetry/internal/columns/column' {\n\
  import type { Field, Type } from 'parquetry/internal/core/schema';\n\
  /** Backing arrays of fixed-width values, by type: see `layoutOf` in layout.ts. */\n\
  export type FixedValues = Int8Array | Int16Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array | Uint32Array | BigUint64Array | Float32Array | Float64Array;\n\
  /**\n\
   * A sealed column in Arrow's physical layout, so that Arrow views need no copy:\n\
   * - fixed width: `values` (decimal: 16 little-endian bytes a value, uuid: 16 bytes a value, both in a Uint8Array)\n\
   * - bool: `values` is a bitmap, least significant bit first\n\
   * - string, json, binary: `offsets` (length + 1) into `data`\n\
   * - list: `offsets` into `children[0]`; map: `offsets` into `children[0]` (keys) and `children[1]` (values)\n\
   * - struct: `children`, one a field, each as long as the struct\n\
   * The arrays may be longer than needed; `length` rules. A null slot holds zero, an empty span, or null children.\n\
   */\n\
  export interface Column {\n\
    readonly type: Type;\n\
    readonly length: number;\n\
    readonly nullCount: number;\n\
    /** Bitmap of the non-null slots, least significant bit first; undefined when nullCount is 0. */\n\
    readonly validity?: Uint8Array;\n\
    readonly values?: FixedValues;\n\
    readonly offsets?: Int32Array;\n\
    readonly data?: Uint8Array;\n\
    readonly children?: readonly Column[];\n\
    /**\n\
     * Only for strings, and only an accelerator (`offsets` and `data` are there all the same): slot i holds entry `codes[i]` of\n\
     * `dictionary`; whatever stands for a null slot means nothing. Who hashes or decodes strings does it once an entry.\n\
     */\n\
    readonly codes?: Int32Array;\n\
    readonly dictionary?: Dictionary;\n\
    /** Set where the slots are those of another column and were not copied yet: see `PickedColumn`. */\n\
    readonly picked?: Picked;\n\
  }\n\
  /**\n\
   * The distinct values of a string column so far. The same object over the batches of one scanner or runner as long as it only\n\
   * grows; codes never change their meaning.\n\
   */\n\
  export interface Dictionary {\n\
    readonly size: number;\n\
    /** The value of a code, decoded once. */\n\
    text(code: number): string;\n\
  }\n\
  /** Slots `rows[0]`, `rows[1]`, … of `column`. */\n\
  export interface Picked {\n\
    readonly column: Column;\n\
    readonly rows: Int32Array;\n\
  }\n\
  /** Rows as columns. What formats, transforms, batcher and encoders exchange; never row objects. */\n\
  export interface ColumnBatch {\n\
    readonly fields: readonly Field[];\n\
    readonly length: number;\n\
    /** One a field, same order. */\n\
    readonly columns: readonly Column[];\n\
  }\n\
  /** Row numbers of a batch, ascending; undefined means all rows. */\n\
  export type Selection = Int32Array | undefined;\n\
}\n\
\n\
declare module 'parquetry/internal/columns/encoder' {\n\
  import type { Field } from 'parquetry/internal/core/schema';\n\
  import type { ColumnBatch, Selection } from 'parquetry/internal/columns/column';\n\
  /**\n\
   * Encoded rows, sealed in a lane and complete in themselves (a Parquet row group; lines of NDJSON). Plain data: `parts` are\n\
   * transferred to the landing, which puts the segments of all lanes into one file.\n\
   */\n\
  export interface Segment {\n\
    /** Its bytes, in pieces of any length. */\n\
    readonly parts: readonly Uint8Array[];\n\
    /** The buffers of the parts hold nothing else, though they may be larger: they are transferred as they are. Default: false. */\n\
    readonly ownsBuffers?: boolean;\n\
    readonly rows: number;\n\
    /** What `assemble` needs beside the bytes, in the encoder's own form (Parquet: the row group's metadata). */\n\
    readonly meta: Uint8Array;\n\
  }\n\
  /** Bytes that are kept somewhere else than in memory, and read when they are needed. */\n\
  export interface StoredBytes {\n\
    readonly byteLength: number;\n\
    /** All of them. Rejects with E_INTEGRITY if they are not what was stored. */\n\
    read(): Promise<Uint8Array>;\n\
  }\n\
  /** All that `assemble` may know of a segment's bytes. */\n\
  export interface Sized {\n\
    readonly byteLength: number;\n\
  }\n\
  /** A segment as `assemble` is given it. */\n\
  export interface HeldSegment<Bytes extends Sized = Sized> {\n\
    readonly parts: readonly Bytes[];\n\
    readonly rows: number;\n\
    readonly meta: Uint8Array;\n\
  }\n\
  /** Columns to bytes. Equal batches give identical bytes wherever and whenever they are encoded, on one release of Node. */\n\
  export interface Encoder {\n\
    /** File name ending without the dot. */\n\
    readonly extension: string;\n\
    readonly contentType: string;\n\
    /** Throws E_CONFIG if rows of `fields` cannot be written with these settings; called when a plan is made, and by `encode`. */\n\
    check?(fields: readonly Field[]): void;\n\
    /** Stated by encoders that may throw for a single row: their batches are tried before any row is placed. */\n\
    readonly mayRefuse?: boolean;\n\
    /** When a lane should seal: bytes after encoding, and rows. Defaults: 16 MiB, 1,000,000. */\n\
    readonly rowGroup?: {\n\
      readonly encodedBytes?: number;\n\
      readonly rows?: number;\n\
    };\n\
    /** Encodes one batch. Synchronous CPU work, in a lane. Throws E_RECORD only if a row cannot be encoded at all. */\n\
    encode(batch: ColumnBatch): Segment;\n\
    /**\n\
     * An empty row group that encodes rows as they come. Without it the columns of a row group are gathered first and encoded\n\
     * when it is sealed. Both ways give equal bytes for equal rows.\n\
     */\n\
    open?(fields: readonly Field[]): RowGroupWriter;\n\
    /**\n\
     * One file out of segments that were encoded with the same settings for `fields`; the landing calls it. Cheap: the segments'\n\
     * bytes, which may lie on a disk, are neither looked into nor copied, but put between what the encoder adds. Throws E_INTEGRITY\n\
     * if the result would not parse.\n\
     */\n\
    assemble<Bytes extends Sized>(segments: readonly HeldSegment<Bytes>[], about: FileAbout): (Bytes | Uint8Array)[];\n\
    /** Smallest and largest value of a timestamp field over segments, in microseconds since the epoch, where statistics say. */\n\
    timesOf?(segments: readonly Pick<Segment, 'meta'>[], field: string, about: FileAbout): TimeRange | undefined;\n\
  }\n\
  /** Microseconds since the epoch, both ends included. */\n\
  export interface TimeRange {\n\
    readonly first: bigint;\n\
    readonly last: bigint;\n\
  }\n\
  /** A row group that is being written, by one lane. */\n\
  export interface RowGroupWriter {\n\
    readonly rows: number;\n\
    /** What the row group will take in the file, as far as it can be foreseen by itself. */\n\
    readonly encodedBytes: number;\n\
    /** The part of it that is certain: encoded and compressed already. */\n\
    readonly packedBytes: number;\n\
    /** Memory it holds. */\n\
    readonly heldBytes: number;\n\
    /**\n\
     * Adds rows of a batch, in order; nothing of the batch is needed afterwards. A batch object stands for the same values as long\n\
     * as rows of it are appended.\n\
     */\n\
    append(batch: ColumnBatch, selection: Selection): void;\n\
    /** The encoded row group; the writer must not be used again. */\n\
    seal(): Segment;\n\
  }\n\
  /** What a file says of itself besides its rows. Nothing that differs between two runs over the same input. */\n\
  export interface FileAbout {\n\
    readonly fields: readonly Field[];\n\
    readonly keyValues: Readonly<Record<string, string>>;\n\
  }\n\
}\n\
\n\
declare module 'parquetry/internal/columns/ndjson-text' {\n\
  import type { Column, ColumnBatch } from 'parquetry/internal/columns/column';\n\
  /**\n\
   * Exact JSON text of a row, on one line, without the newline: integers and decimals as numbers with all their digits,\n\
   * timestamps, dates, times and uuids as canonical strings, binary as base64, json as it is, null for null.\n\
   * NaN and the infinities, which JSON lacks, become the strings \"NaN\", \"Infinity\" and \"-Infinity\".\n\
   */\n\
  export function rowToJson(batch: ColumnBatch, row: number): string;\n\
  /** Exact JSON text of one cell, as `rowToJson` writes it. */\n\
  export function cellToJson(column: Column, row: number): string;\n\
}\n\
\n\
declare module 'parquetry/internal/columns/scalar-text' {\n\
  import type { Type, TypeOf } from 'parquetry/internal/core/schema';\n\
  import type { Column } from 'parquetry/internal/columns/column';\n\
  /** Types whose cells have a canonical text. */\n\
  export type ScalarType = Exclude<Type, {\n\
    kind: 'list' | 'struct' | 'map';\n\
  }>;\n\
  export function isScalar(type: Type): type is ScalarType;\n\
  /** Factor from a timestamp's unit to nanoseconds. */\n\
  export const NANOS_PER_UNIT: {\n\
    readonly ms: 1000000n;\n\
    readonly us: 1000n;\n\
    readonly ns: 1n;\n\
  };\n\
  /** Canonical text of a scalar cell that is not null: all digits of numbers, ISO dates and times, base64 of binary. */\n\
  export function scalarText(column: Column, row: number): string;\n\
  /** Shortest text that reads back as the same double; -0 keeps its sign. */\n\
  export function numberText(value: number): string;\n\
  /** ISO text of a timestamp in its type's unit, with `Z` if it is UTC. */\n\
  export function timestampText(type: TypeOf<'timestamp'>, value: bigint): string;\n\
}\n\
\n\
declare module 'parquetry/internal/columns/values' {\n\
  import type { Column, ColumnBatch } from 'parquetry/internal/columns/column';\n\
  /**\n\
   * What a cell is in JavaScript:\n\
   * - int, int8 … uint32, float, double: number; int64, uint64: bigint\n\
   * - timestamp in ms or us: whole microseconds since the epoch as a number; in ns: nanoseconds as a bigint\n\
   * - decimal, uuid, date, time: canonical text; string: string; json: its text; binary: Uint8Array; bool: boolean\n\
   * - list: array; struct: object; map: object if its keys are strings, else an array of [key, value] pairs\n\
   */\n\
  export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[] | {\n\
    readonly [name: string]: Value;\n\
  };\n\
  /** The value of a cell; null where it is null. Throws E_RECORD rather than round what a number cannot hold. */\n\
  export function readValue(column: Column, row: number): Value;\n\
  /** A row as an object with all fields. */\n\
  export function readRow(batch: ColumnBatch, row: number): {\n\
    readonly [name: string]: Value;\n\
  };\n\
}\n\
\n\
declare module 'parquetry/internal/core/body-memory' {\n\
  /** Memory where bodies are read without a copy, if they lie in it from the start of what was taken. */\n\
  export interface BodyMemory {\n\
    /** So many bytes, contents undefined; undefined if there is no room for them. */\n\
    take(size: number): Uint8Array<ArrayBuffer> | undefined;\n\
    /** Takes back what begins where something taken does; false if nothing does, or it was given back before. */\n\
    give(bytes: Uint8Array): boolean;\n\
  }\n\
}\n\
\n\
declare module 'parquetry/internal/core/calendar' {\n\
  /** Proleptic Gregorian calendar and the canonical texts of dates, times and timestamps. UTC throughout; no `Date`. */\n\
  export const MICROS_PER_SECOND = 1000000;\n\
  export const MICROS_PER_MINUTE: number;\n\
  export const MICROS_PER_HOUR: number;\n\
  export const MICROS_PER_DAY: number;\n\
  export interface CivilDate {\n\
    readonly year: number;\n\
    /** 1..12 */\n\
    readonly month: number;\n\
    /** 1..31 */\n\
    readonly day: number;\n\
  }\n\
  /** Days since 1970-01-01. Any integer year; month and day must be valid. */\n\
  export function daysFromCivil(year: number, month: number, day: number): number;\n\
  /** The date `days` after 1970-01-01; the inverse of `daysFromCivil`. */\n\
  export function civilFromDays(days: number): CivilDate;\n\
  export function isLeapYear(year: number): boolean;\n\
  /** Days in a month; 0 for a month outside 1..12. */\n\
  export function daysInMonth(year: number, month: number): number;\n\
  /** `YYYY-MM-DD`; years outside 0..9999 in ISO 8601's expanded form (`+012345-01-01`). */\n\
  export function formatDate(days: number): string;\n\
  /** Days since the epoch of a text `formatDate` could have written; undefined for any other. */\n\
  export function parseDate(text: string): number | undefined;\n\
  /** `HH:MM:SS` and as much of the fraction as is not zero. `micros` is in [0, MICROS_PER_DAY). */\n\
  export function formatTime(micros: number): string;\n\
  /** Microseconds since midnight of `HH:MM[:SS[.f]]` with up to 6 digits of fraction; undefined for any other text. */\n\
  export function parseTime(text: string): number | undefined;\n\
  /** ISO 8601 with `Z` and a minimal fraction of a whole number of microseconds since the epoch: `2024-03-01T10:00:00.25Z`. */\n\
  export function formatTimestamp(micros: number): string;\n\
  /** As `formatTimestamp` without the `Z`: for timestamps that are not tied to a zone. */\n\
  export function formatLocalTimestamp(micros: number): string;\n\
  /** As `formatLocalTimestamp`, for nanoseconds and for values beyond 2^53 microseconds. */\n\
  export function formatLocalNanos(nanos: bigint): string;\n\
  /**\n\
   * Nanoseconds since the epoch of an ISO 8601 timestamp: `T` or a space, seconds and up to 9 digits of fraction optional,\n\
   * `Z`, `±HH:MM`, `±HHMM`, `±HH` or no offset (taken as UTC). Undefined for any other text, leap seconds among them.\n\
   */\n\
  export function parseTimestamp(text: string): bigint | undefined;\n\
}\n\
\n\
declare module 'parquetry/internal/core/component-context' {\n\
  import type { BodyMemory } from 'parquetry/internal/core/body-memory';\n\
  import type { Schema } from 'parquetry/internal/core/schema';\n\
  import type { Logger, Metrics } from 'parquetry/internal/core/telemetry';\n\
  /** Where AWS is. Everything optional: the SDK's own chain fills in the rest. No credentials ever. */\n\
  export interface AwsSettings {\n\
    readonly region?: string;\n\
    readonly profile?: string;\n\
    readonly roleArn?: string;\n\
    readonly endpoint?: string;\n\
    readonly sqsEndpoint?: string;\n\
    readonly s3Endpoint?: string;\n\
    readonly forcePathStyle?: boolean;\n\
  }\n\
  /** The frozen input schema, and whether what it does not know is kept. */\n\
  export interface InputContext {\n\
    readonly schema: Schema;\n\
    readonly rest: boolean;\n\
  }\n\
  /** What every component is made with. */\n\
  export interface ComponentContext {\n\
    readonly pipeline: string;\n\
    readonly runId: string;\n\
    /** Absolute folder of the pipeline; relative paths in its file start here. */\n\
    readonly folder: string;\n\
    readonly aws: AwsSettings;\n\
    /** What the pipeline takes, for sources that read only what is asked for. Absent outside of runs. */\n\
    readonly input?: InputContext;\n\
    /** How long a delivery is expected to be held before its rows are durable: batch age + upload. Sources lease for this long. */\n\
    readonly expectedHoldMs: number;\n\
    /** Where the lane's scanner wants its bodies, for sources that can put them there. Absent outside of lanes. */\n\
    readonly bodyMemory?: BodyMemory | undefined;\n\
    readonly logger: Logger;\n\
    readonly metrics: Metrics;\n\
  }\n\
}\n\
\n\
declare module 'parquetry/internal/core/decimal' {\n\
  /**\n\
   * The unscaled value of a decimal text for `decimal(precision, scale)`: \"12.5\" at scale 2 is 1250n. Exponents are taken\n\
   * exactly. Throws E_RECORD if the text is no number, has too many integer digits, or would lose digits; never rounds.\n\
   */\n\
  export function parseDecimal(text: string, precision: number, scale: number): bigint;\n\
  /** Canonical text of an unscaled value: exactly `scale` digits after the point, no exponent, no negative zero. */\n\
  export function formatDecimal(unscaled: bigint, scale: number): string;\n\
}\n\
\n\
declare module 'parquetry/internal/core/delivery' {\n\
  /**\n\
   * One unit a source hands out and is told the fate of: an SQS message, a line of stdin, later a work item.\n\
   * Plain data: lanes receive deliveries, the landing settles them, on different threads.\n\
   */\n\
  export interface Delivery {\n\
    /** Stable over redeliveries and unique within the source (SQS: MessageId). */\n\
    readonly id: string;\n\
    /** Records in the source's format, envelopes (SNS, gzip+base64, Extended Client) already taken off. */\n\
    readonly body: Uint8Array;\n\
    /** What the body weighs once it is scanned, where that is far from its length (Parquet): lanes bound what they hold by it. */\n\
    readonly decodedBytes?: number;\n\
    /** What the transform sees as `ctx.attributes`. Empty where the source has none. */\n\
    readonly attributes: Readonly<Record<string, string>>;\n\
    /** 1 on first receipt. */\n\
    readonly receiveCount: number;\n\
    readonly receivedAtMs: number;\n\
    /** From when on its lease certainly runs: before the request that brought it. Default: `receivedAtMs`. */\n\
    readonly leasedFromMs?: number;\n\
    /** When the producer handed it to the source, where the source knows. */\n\
    readonly sentAtMs?: number;\n\
    /** Token that the source's settler needs (SQS: receipt handle). Valid for this receipt only. */\n\
    readonly receipt: string;\n\
    /** Set when the body could not be had (missing Extended Client payload, broken gzip): `body` then holds the original bytes. */\n\
    readonly fault?: {\n\
      readonly code: string;\n\
      readonly message: string;\n\
    };\n\
  }\n\
  /** Why one record (or one undividable body) was not delivered: everything a person needs to mend and replay it. */\n\
  export interface DeadLetter {\n\
    readonly deliveryId: string;\n\
    /** 0-based position of the record in its delivery; -1 when the body as a whole is meant. */\n\
    readonly record: number;\n\
    /** Byte offset of the record in the body. */\n\
    readonly offset: number;\n\
    /** The record's bytes as they were received. */\n\
    readonly original: Uint8Array;\n\
    /** Stage that refused it. */\n\
    readonly stage: 'receive' | 'parse' | 'transform' | 'encode';\n\
    /** Short, countable: `misfit`, `malformed`, `thrown`, `unencodable`, … */\n\
    readonly reason: string;\n\
    /** One sentence: field, wanted, got; or the error's message. */\n\
    readonly message: string;\n\
    readonly field?: string;\n\
    /** Stack of a thrown error, mapped to the user's source. */\n\
    readonly stack?: string;\n\
    readonly receiveCount: number;\n\
    readonly attributes: Readonly<Record<string, string>>;\n\
  }\n\
}\n\
\n\
declare module 'parquetry/internal/core/errors' {\n\
  /** Closed list of error codes. Tests and callers look at the code, never at the text. */\n\
  export type ErrorCode = 'E_CONFIG' | 'E_SCHEMA' | 'E_TRANSFORM' | 'E_RECORD' | 'E_NOT_FOUND' | 'E_ACCESS' | 'E_CONFLICT' | 'E_INTEGRITY' | 'E_THROTTLED' | 'E_UNAVAILABLE' | 'E_STORM' | 'E_LANE' | 'E_CANCELLED' | 'E_INTERNAL';\n\
  export interface ErrorFacts {\n\
    /** What the reader can do about it, one sentence. */\n\
    hint?: string;\n\
    cause?: unknown;\n\
    /** Overrides what the code says. */\n\
    retryable?: boolean;\n\
    /** Where in which file, 1-based. */\n\
    file?: string;\n\
    line?: number;\n\
    column?: number;\n\
    /** Facts for logs: never credentials, never payloads. */\n\
    details?: Record<string, unknown>;\n\
  }\n\
  /** The one error class. The message is subject + rule + value: `batch.targetSize must be at least 1KiB, got 12`. */\n\
  export class ParquetryError extends Error {\n\
    readonly code: ErrorCode;\n\
    readonly retryable: boolean;\n\
    readonly hint?: string;\n\
    readonly file?: string;\n\
    readonly line?: number;\n\
    readonly column?: number;\n\
    readonly details: Record<string, unknown>;\n\
    constructor(code: ErrorCode, message: string, facts?: ErrorFacts);\n\
  }\n\
  /** Wraps anything thrown: a ParquetryError stays itself, the unknown becomes E_INTERNAL, not retryable. Never throws. */\n\
  export function asParquetryError(thrown: unknown): ParquetryError;\n\
}\n\
\n\
declare module 'parquetry/internal/core/intents' {\n\
  /**\n\
   * What a writer is about to do, put down before it does it: which deliveries have rows in which file. Whoever receives one of\n\
   * them again finds out here whether its rows are durable already.\n\
   */\n\
  export interface Intent {\n\
    /** Name of the file as `OutputFile.name`. */\n\
    readonly file: string;\n\
    readonly partition: string;\n\
    /** Of the file. */\n\
    readonly sizeBytes: number;\n\
    /** Ids of all deliveries with rows in the file. */\n\
    readonly deliveries: readonly string[];\n\
  }\n\
  /** What lies under the file name of an intent: nothing; the file; or an empty one that keeps it from being written. */\n\
  export type FileState = 'absent' | 'written' | 'fenced';\n\
  export interface IntentName {\n\
    readonly name: string;\n\
    readonly modifiedAtMs: number;\n\
  }\n\
  /**\n\
   * Where intents of one sink are kept. Strongly consistent: what was put is listed from then on, by every process. Methods\n\
   * retry what is retryable and reject with a ParquetryError.\n\
   */\n\
  export interface IntentStore {\n\
    /** Fails with what is wrong and what to do where intents cannot be kept, or a name cannot be fenced. */\n\
    check(): Promise<void>;\n\
    /** Puts an intent; the name is unique. */\n\
    put(name: string, intent: Intent): Promise<void>;\n\
    names(): Promise<readonly IntentName[]>;\n\
    /** Undefined if it was removed meanwhile. */\n\
    get(name: string): Promise<Intent | undefined>;\n\
    /** Names that do not exist count as removed. */\n\
    remove(names: readonly string[]): Promise<void>;\n\
    /** E_INTEGRITY if what lies there is not the file. */\n\
    stateOf(intent: Intent): Promise<FileState>;\n\
    /** Puts `empty`, a file without rows, under the intent's file name unless something lies there; answers what does now. */\n\
    fence(intent: Intent, empty: readonly Uint8Array[]): Promise<FileState>;\n\
    /** Cuts off what is under way; the store is not used any more. */\n\
    close(): void;\n\
  }\n\
}\n\
\n\
declare module 'parquetry/internal/core/log-events' {\n\
  /**\n\
   * Everything that a run logs, and what it means. Closed: a logger takes no other name, so that alerts on a name keep working. A\n\
   * name says what happened, whatever the level; `docs/reference/telemetry.md` is made from this list.\n\
   */\n\
  export const LOG_EVENTS: Readonly<Record<\"backlog.failed\" | \"delivery.lookup.failed\" | \"delivery.refused\" | \"engine.restarted\" | \"engine.suspects.cleared\" | \"file.written\" | \"lane.draining\" | \"lane.killed\" | \"lane.lost\" | \"lane.slow\" | \"lanes.saturated\" | \"lanes.scaled\" | \"lease.lost\" | \"lease.renewal.failed\" | \"partitions.overflow\" | \"payload.sampled\" | \"poison.isolated\" | \"profile.failed\" | \"profile.written\" | \"receive.failed\" | \"reload.done\" | \"reload.refused\" | \"reload.retired\" | \"run.ended\" | \"run.started\" | \"run.stopped\" | \"run.stopping\" | \"sink.s3.checksum.missing\" | \"sink.s3.conditional_writes.missing\" | \"sink.s3.retry\" | \"sink.s3.upload.left\" | \"sink.write.failed\" | \"sink.write.overtaken\" | \"source.sqs.payload.unavailable\" | \"spool.failed\" | \"storm\" | \"telemetry.export.failed\" | \"telemetry.export.recovered\" | \"telemetry.exporting\" | \"telemetry.listening\" | \"telemetry.metric.refused\", string>>;\n\
  /** A name from the list; own components name theirs `own.…`. */\n\
  export type LogEvent = keyof typeof LOG_EVENTS | `own.${string}`;\n\
}\n\
\n\
declare module 'parquetry/internal/core/schema' {\n\
  /** Unit in which a timestamp is stored. In JavaScript ms and us are whole microseconds (number), ns is a bigint. */\n\
  export type TimeUnit = 'ms' | 'us' | 'ns';\n\
  /** Types without parameters. `int` is a JS safe integer stored as int64; `int64` and `uint64` are bigint in JS. */\n\
  export type PlainKind = 'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'float' | 'double' | 'string' | 'binary' | 'bool' | 'date' | 'time' | 'uuid' | 'json';\n\
  /** A logical type: what a schema file, a transform's output and a column agree on. Plain data, crosses threads. */\n\
  export type Type = {\n\
    readonly kind: PlainKind;\n\
  } | {\n\
    readonly kind: 'decimal';\n\
    readonly precision: number;\n\
    readonly scale: number;\n\
  } | {\n\
    readonly kind: 'timestamp';\n\
    readonly unit: TimeUnit;\n\
    readonly utc: boolean;\n\
  } | {\n\
    readonly kind: 'list';\n\
    readonly element: Slot;\n\
  } | {\n\
    readonly kind: 'struct';\n\
    readonly fields: readonly Field[];\n\
  } | {\n\
    readonly kind: 'map';\n\
    readonly key: Type;\n\
    readonly value: Slot;\n\
  };\n\
  /** A type at a place that may hold null. */\n\
  export interface Slot {\n\
    readonly type: Type;\n\
    readonly optional: boolean;\n\
  }\n\
  export interface Field extends Slot {\n\
    readonly name: string;\n\
  }\n\
  /** The shape of a record: the input schema, or the output contract. Field names are unique; order is column order. */\n\
  export interface Schema {\n\
    readonly fields: readonly Field[];\n\
    /** Version of the frozen input schema; absent where there are no versions. */\n\
    readonly version?: number;\n\
  }\n\
  export type TypeOf<K extends Type['kind']> = Extract<Type, {\n\
    kind: K;\n\
  }>;\n\
}\n\
\n\
declare module 'parquetry/internal/core/sink' {\n\
  import type { IntentStore } from 'parquetry/internal/core/intents';\n\
  /** A whole file, ready to be made durable. Its name was chosen when it opened and is kept over retries. */\n\
  export interface OutputFile {\n\
    /** Partition path + file name, `/`-separated, already escaped; the sink puts its prefix before it. */\n\
    readonly name: string;\n\
    /**\n\
     * The bytes in order, read from where they are kept as they are asked for; each call begins anew. Chunks are as large as row\n\
     * groups, and must not be changed. Rejects with E_INTEGRITY if a disk does not have them any more.\n\
     */\n\
    chunks(): AsyncIterable<Uint8Array>;\n\
    readonly sizeBytes: number;\n\
    readonly contentType: string;\n\
    /** Small facts for the store's object metadata (pipeline, version, run id, rows). ASCII. */\n\
    readonly metadata: Readonly<Record<string, string>>;\n\
  }\n\
  /** Proof of durability. */\n\
  export interface SinkReceipt {\n\
    /** Where it lies: `s3://bucket/key`, a path, `stdout`. */\n\
    readonly uri: string;\n\
    readonly sizeBytes: number;\n\
    /** The store's own name for this version of the object, where it has one. */\n\
    readonly etag?: string;\n\
  }\n\
  /** Makes files durable. Used on the landing's thread, several writes at once. */\n\
  export interface Sink {\n\
    /** Called once at start: fails with what is wrong (bucket missing, access denied) and what to do. */\n\
    check?(): Promise<void>;\n\
    /**\n\
     * Resolves when the file is durable and verified. Retries inside what is retryable; a rejection means: not durable,\n\
     * nothing of it may be acked. E_RECORD says that what is in this file cannot be written, while others can. Writing the same\n\
     * name again with equal bytes succeeds.\n\
     */\n\
    write(file: OutputFile, signal: AbortSignal): Promise<SinkReceipt>;\n\
    /** Answers so far by which the store asked to slow down, those that were tried again included. Absent where it never does. */\n\
    readonly throttles?: number;\n\
    /** Where exactly once is kept of for a pipeline; absent where the store cannot refuse to overwrite. */\n\
    intents?(pipeline: string): IntentStore;\n\
    close(): Promise<void>;\n\
  }\n\
  /** Chunks that are in memory, as an `OutputFile` hands them out. */\n\
  export function chunksOf(parts: readonly Uint8Array[]): () => AsyncIterable<Uint8Array>;\n\
}\n\
\n\
declare module 'parquetry/internal/core/source' {\n\
  import type { Delivery } from 'parquetry/internal/core/delivery';\n\
  /** Ordered sources hand out the same deliveries in the same order after a restart; unordered ones (SQS) do not. */\n\
  export type Replay = 'ordered' | 'unordered';\n\
  /** The half that lives in a lane: it receives. One instance a lane; `receive` may be called by several pollers at once. */\n\
  export interface SourceReader {\n\
    /**\n\
     * Waits for deliveries; an empty array means nothing came within the source's own wait, undefined that the source has ended.\n\
     * Rejects with a ParquetryError when receiving failed; the caller backs off and calls again if it is retryable.\n\
     */\n\
    receive(signal: AbortSignal): Promise<readonly Delivery[] | undefined>;\n\
    /** The bodies of these deliveries will not be looked at again: their memory may serve for others. */\n\
    release?(deliveries: readonly Delivery[]): void;\n\
    /** May come before the source has ended, when the load needs fewer lanes: what was not handed out goes to other readers. */\n\
    close(): Promise<void>;\n\
  }\n\
  /** What became of one receipt. `lost`: the lease had run out, somebody else may hold the delivery now. */\n\
  export type SettleOutcome = 'done' | 'lost' | {\n\
    error: Error;\n\
  };\n\
  /** How much waits at the source. All zero for a while means drained. */\n\
  export interface Backlog {\n\
    visible: number;\n\
    inFlight: number;\n\
    delayed: number;\n\
    /** How often the source hands a delivery out before it moves it to a dead-letter queue; undefined: without end. */\n\
    maxReceives?: number;\n\
  }\n\
  /**\n\
   * The half that lives in the landing: it settles. Methods take any number of receipts, split them into the service's batches,\n\
   * retry failed entries singly, and answer per receipt, in order. They do not reject for single entries.\n\
   */\n\
  export interface SourceSettler {\n\
    ack(receipts: readonly string[]): Promise<SettleOutcome[]>;\n\
    /** Gives back: visible again after `delayMs`. */\n\
    nack(receipts: readonly string[], delayMs: number): Promise<SettleOutcome[]>;\n\
    /** Holds on for `durationMs` from now. Absent where deliveries are not leased. */\n\
    extend?(receipts: readonly string[], durationMs: number): Promise<SettleOutcome[]>;\n\
    /** Absent where the source ends by itself. */\n\
    backlog?(): Promise<Backlog>;\n\
    close(): Promise<void>;\n\
  }\n\
  /** Who makes the two halves; built on each thread from the same config. */\n\
  export interface Source {\n\
    readonly replay: Replay;\n\
    /** How long a receipt is valid without `extend`; undefined: for ever. */\n\
    readonly leaseMs?: number;\n\
    /** How long a delivery can be held in all, however often it is extended; undefined: for ever. */\n\
    readonly leaseCeilingMs?: number;\n\
    /** Receive calls a lane should keep open at once. Default 1. */\n\
    readonly pollers?: number;\n\
    /** Most lanes that may have a reader: 1 where each reader would hand out the same deliveries. Default: any number. */\n\
    readonly maxLanes?: number;\n\
    /** Open leases at which everything held should be flushed, because the service hands out no more beyond its cap. */\n\
    readonly maxInFlight?: number;\n\
    /** Held deliveries keep others from being handed out (FIFO groups): they should be settled when nothing more comes. */\n\
    readonly locksGroups?: boolean;\n\
    /** Called once at start on the landing's thread: fails with what is wrong (queue missing, access denied) and what to do. */\n\
    check?(): Promise<void>;\n\
    createReader(): Promise<SourceReader>;\n\
    createSettler(): Promise<SourceSettler>;\n\
  }\n\
}\n\
\n\
declare module 'parquetry/internal/core/strftime' {\n\
  export interface TimeFormatter {\n\
    /** Text of a whole number of microseconds since the epoch, in UTC. */\n\
    format(micros: number): string;\n\
    /**\n\
     * The text is the same for all instants of a span of this length that starts at a multiple of it: what a cache may use\n\
     * as its key. A day for anything coarser; Infinity if the format has no directive.\n\
     */\n\
    readonly granularityMicros: number;\n\
  }\n\
  /**\n\
   * Compiles a strftime format: the directives above, `%F` `%T` `%R`, `%%`, and `%-d` for no zero padding. UTC; English\n\
   * names whatever the locale. Throws E_CONFIG for an unknown directive: nothing is copied through unread.\n\
   */\n\
  export function compileStrftime(format: string): TimeFormatter;\n\
}\n\
\n\
declare module 'parquetry/internal/core/strptime' {\n\
  /**\n\
   * Compiles a strptime format into a parser of whole texts: whole microseconds since the epoch, or undefined for a text\n\
   * that does not match or names no real moment. Without %z the text is UTC. %f takes 1 to 9 digits and cuts after the\n\
   * sixth; names match in any case, in English; a weekday must be one but is not checked against the date; what the format\n\
   * does not name is that of 1970-01-01T00:00:00. Throws E_CONFIG for an unknown directive.\n\
   */\n\
  export function compileStrptime(format: string): (text: string) => number | undefined;\n\
}\n\
\n\
declare module 'parquetry/internal/core/telemetry' {\n\
  import type { LogEvent } from 'parquetry/internal/core/log-events';\n\
  /** Events are closed names (`sink.write.failed`); values are fields. Never credentials, and payloads only where asked for. */\n\
  export interface Logger {\n\
    debug(event: LogEvent, fields?: LogFields): void;\n\
    info(event: LogEvent, fields?: LogFields): void;\n\
    warn(event: LogEvent, fields?: LogFields): void;\n\
    error(event: LogEvent, fields?: LogFields): void;\n\
  }\n\
  export type LogFields = Readonly<Record<string, unknown>>;\n\
  /** A listener for what is counted. Names end in their unit or `_total`; labels are few and bounded. */\n\
  export interface Metrics {\n\
    count(name: string, add: number, labels?: Labels): void;\n\
    gauge(name: string, value: number, labels?: Labels): void;\n\
    observe(name: string, value: number, labels?: Labels): void;\n\
  }\n\
  export type Labels = Readonly<Record<string, string>>;\n\
  export const silentLogger: Logger;\n\
  export const silentMetrics: Metrics;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/api/decimal' {\n\
  /** How digits that do not fit are dealt with: as people round, as bankers do, or cut off. */\n\
  export type Rounding = 'half-up' | 'half-even' | 'down';\n\
  /**\n\
   * Computes exactly with decimals as texts (\"12.50\"), as `t.decimal()` takes and gives them. The result of `add`,\n\
   * `subtract` and `multiply` has as many digits after the point as exactness needs; `round` gives a fixed number.\n\
   * A text that is no decimal throws, which costs the record.\n\
   */\n\
  export const decimal: {\n\
    add: (a: string, b: string) => string;\n\
    subtract: (a: string, b: string) => string;\n\
    multiply(a: string, b: string): string;\n\
    /** `a` / `b` to `scale` digits after the point. Throws when `b` is zero. */\n\
    divide(a: string, b: string, scale: number, rounding?: Rounding): string;\n\
    /** Negative, zero or positive, as `Array.sort` wants it; \"1.0\" and \"1\" are equal. */\n\
    compare(a: string, b: string): number;\n\
    /** Exactly `scale` digits after the point. */\n\
    round(a: string, scale: number, rounding?: Rounding): string;\n\
    /** The shortest decimal that reads back as this number, which is what it prints as; rounded if `scale` is given. */\n\
    fromNumber(number: number, scale?: number): string;\n\
    /** The nearest number; not exact. */\n\
    toNumber(a: string): number;\n\
  };\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/api/drop' {\n\
  /** Registered, so that the copy of this file in the user's bundle and the engine's own mean the same symbol. */\n\
  const DROP: unique symbol;\n\
  /** A record that is left out on purpose; counted by reason. */\n\
  export interface Drop {\n\
    readonly [DROP]: string;\n\
  }\n\
  /** Leaves the record out when returned from `map`. Reasons are counted: use few, and no data in them. */\n\
  export function drop(reason: string): Drop;\n\
  /** The reason if `result` was made by `drop`. For the engine. */\n\
  export function dropReason(result: object): string | undefined;\n\
  export {};\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/api/exact' {\n\
  /** A map of whatever keys and values. */\n\
  type AnyMap = {\n\
    readonly size: number;\n\
    get(key: never): unknown;\n\
    has(key: never): boolean;\n\
  };\n\
  type Leaf = null | undefined | number | string | boolean | bigint | Uint8Array | AnyMap;\n\
  type ItemOf<Wanted> = Wanted extends readonly (infer Item)[] ? Item : never;\n\
  type ObjectIn<Wanted> = Exclude<Wanted, Leaf | readonly unknown[]>;\n\
  /**\n\
   * `Wanted`, but refusing every key that `Given` has and `Wanted` does not, so that a misspelt key does not compile.\n\
   * TypeScript itself looks for such keys only in fresh object literals, and not in what a function returns. Goes into\n\
   * structs and lists; leaves json and maps alone, where any key is right, and types with an index signature, whose\n\
   * keys are not known.\n\
   */\n\
  export type Exact<Given, Wanted> = unknown extends Wanted ? Given : Given extends Leaf ? Wanted : Given extends readonly (infer Item)[] ? readonly Exact<Item, ItemOf<Wanted>>[] : string extends keyof ObjectIn<Wanted> ? Wanted : Wanted & ExactKeys<Given, ObjectIn<Wanted>>;\n\
  type ExactKeys<Given, Wanted> = {\n\
    [Key in keyof Given as string extends Key ? never : number extends Key ? never : Key]: Key extends keyof Wanted ? Exact<Given[Key], Wanted[Key]> : Refused<Given[Key]>;\n\
  };\n\
  /** Not assignable from `Value`, in words the compiler will print; nothing but never keeps an `any` out. */\n\
  type Refused<Value> = 0 extends 1 & Value ? never : 'is not a field of the output';\n\
  export {};\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/api/t' {\n\
  import { type AnySlot, type ElementOf, type MapOf, type ObjectOf, type RequiredSlot, type Row, type Shape, type Timestamp } from 'parquetry/internal/transforms/api/values';\n\
  /**\n\
   * The types of the output. Each is required unless `.optional()` is called on it. Beside each, what a value is in\n\
   * TypeScript; a value that is anything else costs its record.\n\
   */\n\
  export const t: {\n\
    /** number, an integer from -(2^53 - 1) to 2^53 - 1; stored as int64 */\n\
    int: () => RequiredSlot<number>;\n\
    int8: () => RequiredSlot<number>;\n\
    int16: () => RequiredSlot<number>;\n\
    int32: () => RequiredSlot<number>;\n\
    /** bigint */\n\
    int64: () => RequiredSlot<bigint>;\n\
    uint8: () => RequiredSlot<number>;\n\
    uint16: () => RequiredSlot<number>;\n\
    uint32: () => RequiredSlot<number>;\n\
    /** bigint */\n\
    uint64: () => RequiredSlot<bigint>;\n\
    /** number, rounded to 32 bits; NaN and infinities are values */\n\
    float: () => RequiredSlot<number>;\n\
    /** number; NaN and infinities are values */\n\
    double: () => RequiredSlot<number>;\n\
    /** string, well-formed Unicode */\n\
    string: () => RequiredSlot<string>;\n\
    /** Uint8Array */\n\
    binary: () => RequiredSlot<Uint8Array<ArrayBufferLike>>;\n\
    /** boolean */\n\
    bool: () => RequiredSlot<boolean>;\n\
    /** string: \"2024-03-01\" */\n\
    date: () => RequiredSlot<string>;\n\
    /** string: \"13:55\", \"13:55:36\" or \"13:55:36.25\", to the microsecond */\n\
    time: () => RequiredSlot<string>;\n\
    /** string: 32 hexadecimal digits in the usual five groups */\n\
    uuid: () => RequiredSlot<string>;\n\
    /** anything JSON.stringify takes; stored as its text */\n\
    json: () => RequiredSlot<unknown>;\n\
    decimal: typeof decimal;\n\
    timestamp: typeof timestamp;\n\
    list: typeof list;\n\
    struct: typeof struct;\n\
    map: typeof map;\n\
    row: typeof row;\n\
  };\n\
  export interface TimestampOptions {\n\
    /** Whether values are instants (true, default) or what a clock on some wall shows. */\n\
    utc?: boolean;\n\
  }\n\
  /** string in decimal notation: \"12.50\". Up to `precision` digits (1 to 38), `scale` of them after the point; never rounded. */\n\
  function decimal(precision: number, scale: number): RequiredSlot<string>;\n\
  /** Timestamp: whole microseconds since the epoch (`time` makes them); with unit \"ns\" a bigint of nanoseconds. */\n\
  function timestamp(unit: 'ns', options?: TimestampOptions): RequiredSlot<bigint>;\n\
  function timestamp(unit?: 'us' | 'ms', options?: TimestampOptions): RequiredSlot<Timestamp>;\n\
  /** array */\n\
  function list<Element extends AnySlot>(element: Element): RequiredSlot<readonly ElementOf<Element>[]>;\n\
  /** object with these fields */\n\
  function struct<S extends Shape>(shape: S): RequiredSlot<ObjectOf<S>>;\n\
  /** Map, or an object where keys are strings. */\n\
  function map<Key, Value extends AnySlot>(key: RequiredSlot<Key>, value: Value): RequiredSlot<MapOf<Key, ElementOf<Value>>>;\n\
  /** The output contract: the fields of a row, in the order of the columns. */\n\
  function row<S extends Shape>(shape: S): Row<ObjectOf<S>>;\n\
  export {};\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/api/time' {\n\
  import type { Timestamp } from 'parquetry/internal/transforms/api/values';\n\
  export type CalendarUnit = 'week' | 'month' | 'quarter' | 'year';\n\
  export type ClockUnit = 'microsecond' | 'millisecond' | 'second' | 'minute' | 'hour' | 'day';\n\
  /** A timestamp taken apart, in UTC. */\n\
  export interface TimeParts {\n\
    readonly year: number;\n\
    /** 1..12 */\n\
    readonly month: number;\n\
    /** 1..31 */\n\
    readonly day: number;\n\
    readonly hour: number;\n\
    readonly minute: number;\n\
    readonly second: number;\n\
    /** 0..999,999 */\n\
    readonly microsecond: number;\n\
    /** ISO 8601: 1 is Monday, 7 is Sunday. */\n\
    readonly weekday: number;\n\
  }\n\
  /**\n\
   * Computes with timestamps: whole microseconds since the epoch, in UTC. Subtract and compare them as the numbers they\n\
   * are. What cannot be computed throws, which costs the record; the functions keep nothing but compiled formats.\n\
   */\n\
  export const time: {\n\
    /** Reads ISO 8601 (no offset means UTC), or `format` in strptime notation: `%d/%b/%Y:%H:%M:%S %z`. Cuts after microseconds. */\n\
    parse(text: string, format?: string): Timestamp;\n\
    /** As `parse`, but undefined for a text that is no timestamp, and for anything that is no text. */\n\
    tryParse(text: unknown, format?: string): Timestamp | undefined;\n\
    /** ISO 8601 with `Z`, or `format` in strftime notation: `%Y-%m-%d`. */\n\
    format(at: Timestamp, format?: string): string;\n\
    fromSeconds: (seconds: number) => Timestamp;\n\
    fromMillis: (millis: number) => Timestamp;\n\
    fromMicros: (micros: number) => Timestamp;\n\
    fromNanos: (nanos: bigint) => Timestamp;\n\
    fromDate: (date: Date) => Timestamp;\n\
    /** Whole milliseconds, rounded down. */\n\
    toMillis: (at: Timestamp) => number;\n\
    toNanos: (at: Timestamp) => bigint;\n\
    /** Cut to the millisecond. */\n\
    toDate: (at: Timestamp) => Date;\n\
    /** `YYYY-MM-DD`, as `t.date()` takes it. */\n\
    date: (at: Timestamp) => string;\n\
    /** The first instant of the second, minute, …, ISO week (from Monday), month, quarter or year. */\n\
    startOf(at: Timestamp, unit: ClockUnit | CalendarUnit): Timestamp;\n\
    /** `count` units later, or earlier if negative. Months, quarters and years keep the day, or take the month's last. */\n\
    add(at: Timestamp, count: number, unit: ClockUnit | CalendarUnit): Timestamp;\n\
    parts(at: Timestamp): TimeParts;\n\
  };\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/api/values' {\n\
  import type { Field, Schema, Slot, Type } from 'parquetry/internal/core/schema';\n\
  const micros: unique symbol;\n\
  const value: unique symbol;\n\
  /** Whole microseconds since 1970-01-01T00:00:00Z, exact from 1684 to 2255. Made and taken apart by `time`. */\n\
  export type Timestamp = number & {\n\
    readonly [micros]: true;\n\
  };\n\
  /** What JSON can say. */\n\
  export type JsonValue = string | number | boolean | null | JsonValue[] | {\n\
    [key: string]: JsonValue;\n\
  };\n\
  /** A place in the output that always has a value; `Value` exists for the compiler only. */\n\
  export interface RequiredSlot<Value> {\n\
    readonly type: Type;\n\
    /** The same type at a place that may be missing, null or undefined. */\n\
    optional(): OptionalSlot<Value>;\n\
    readonly [value]?: Value;\n\
  }\n\
  /** A place in the output that may hold null. Structurally a `Slot`. */\n\
  export interface OptionalSlot<Value> extends Slot {\n\
    readonly optional: true;\n\
    readonly [value]?: Value;\n\
  }\n\
  export type AnySlot = RequiredSlot<unknown> | OptionalSlot<unknown>;\n\
  export type Shape = Readonly<Record<string, AnySlot>>;\n\
  /** The output contract: a schema that knows the TypeScript type of its rows. Structurally a `Schema`. */\n\
  export interface Row<Value> extends Schema {\n\
    readonly [value]?: Value;\n\
  }\n\
  /** The TypeScript type of what a slot or a row holds, without null. */\n\
  export type ValueOf<Of> = Of extends {\n\
    readonly [value]?: infer Value;\n\
  } ? Value : never;\n\
  type Flat<T> = {\n\
    [Key in keyof T]: T[Key];\n\
  };\n\
  /** The TypeScript type of an object with these fields; optional ones may be missing, null or undefined. */\n\
  export type ObjectOf<S extends Shape> = Flat<{\n\
    -readonly [Key in keyof S as S[Key] extends OptionalSlot<unknown> ? never : Key]: ValueOf<S[Key]>;\n\
  } & {\n\
    -readonly [Key in keyof S as S[Key] extends OptionalSlot<unknown> ? Key : never]?: ValueOf<S[Key]> | null;\n\
  }>;\n\
  /** The TypeScript type of an element of a list or a value of a map. */\n\
  export type ElementOf<S extends AnySlot> = S extends OptionalSlot<infer Value> ? Value | null : ValueOf<S>;\n\
  /** Maps with text keys may be given as objects; all may be given as Maps. */\n\
  export type MapOf<Key, Value> = ReadonlyMap<Key, Value> | (Key extends string ? Readonly<Record<string, Value>> : never);\n\
  /** A slot as plain data, without methods. */\n\
  export function plainSlot(slot: AnySlot): Slot;\n\
  /** The fields of a shape as plain data, in the order they are written. */\n\
  export function plainFields(shape: Shape): Field[];\n\
  /** A required slot of a type. */\n\
  export function required<Value>(type: Type): RequiredSlot<Value>;\n\
  export {};\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/date-parts' {\n\
  import type { Timestamp } from 'parquetry/internal/transforms/api/values';\n\
  import type { Missing } from 'parquetry/internal/transforms/builtins/missing';\n\
  /** Parts of whole microseconds since the epoch, in UTC. The one definition of what functions and columns answer. */\n\
  export const datePartOf: {\n\
    year: (micros: number) => number;\n\
    month: (micros: number) => number;\n\
    day: (micros: number) => number;\n\
    hour: (micros: number) => number;\n\
    minute: (micros: number) => number;\n\
    second: (micros: number) => number;\n\
    dayOfWeek: (micros: number) => number;\n\
    dayOfYear: (micros: number) => number;\n\
  };\n\
  export type DatePart = keyof typeof datePartOf;\n\
  /** The year in UTC. Null for null. */\n\
  export function year(at: Timestamp): number;\n\
  export function year(at: Timestamp | Missing): number | null;\n\
  /** The month in UTC, 1..12. Null for null. */\n\
  export function month(at: Timestamp): number;\n\
  export function month(at: Timestamp | Missing): number | null;\n\
  /** The day of the month in UTC, 1..31. Null for null. */\n\
  export function day(at: Timestamp): number;\n\
  export function day(at: Timestamp | Missing): number | null;\n\
  /** The hour in UTC, 0..23. Null for null. */\n\
  export function hour(at: Timestamp): number;\n\
  export function hour(at: Timestamp | Missing): number | null;\n\
  /** The minute of the hour, 0..59. Null for null. */\n\
  export function minute(at: Timestamp): number;\n\
  export function minute(at: Timestamp | Missing): number | null;\n\
  /** The second of the minute, 0..59. Null for null. */\n\
  export function second(at: Timestamp): number;\n\
  export function second(at: Timestamp | Missing): number | null;\n\
  /** The day of the week in UTC as ISO 8601 counts: 1 is Monday, 7 is Sunday. Null for null. */\n\
  export function dayOfWeek(at: Timestamp): number;\n\
  export function dayOfWeek(at: Timestamp | Missing): number | null;\n\
  /** The day of the year in UTC, 1..366. Null for null. */\n\
  export function dayOfYear(at: Timestamp): number;\n\
  export function dayOfYear(at: Timestamp | Missing): number | null;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/hash' {\n\
  import type { Missing } from 'parquetry/internal/transforms/builtins/missing';\n\
  /**\n\
   * XXH64 of the text's UTF-8, as 16 hex digits: spreads evenly and is the same everywhere, but hides nothing, for whoever\n\
   * guesses the text can tell. Null for null.\n\
   */\n\
  export function hash(text: string): string;\n\
  export function hash(text: string | Missing): string | null;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/ip-address' {\n\
  /** Bytes of an address in network order: 4 for version 4, 16 for version 6. */\n\
  export type IpAddress = readonly number[];\n\
  /** The address that a text is, in any of the notations of RFC 4291; undefined for any other text, zones and prefixes among them. */\n\
  export function parseIp(text: string): IpAddress | undefined;\n\
  /** Dotted for version 4, RFC 5952 for version 6. */\n\
  export function formatIp(address: IpAddress): string;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/ip' {\n\
  import type { Missing } from 'parquetry/internal/transforms/builtins/missing';\n\
  /** 4 or 6; null for a text that is no IP address, and for null. */\n\
  export function ipVersion(text: string | Missing): 4 | 6 | null;\n\
  /**\n\
   * An IP address as everyone should write it: dotted for version 4, by RFC 5952 for version 6 (`2001:DB8:0:0:0:0:0:1` becomes\n\
   * `2001:db8::1`). Equal addresses give equal texts. Null for a text that is no IP address, and for null.\n\
   */\n\
  export function canonicalIp(text: string | Missing): string | null;\n\
  /**\n\
   * The network of an IP address: `ipPrefix('10.1.2.3', 16)` is `10.1.0.0/16`. `v6Bits` counts for addresses of version 6, 48 if\n\
   * not given. Null for a text that is no IP address, and for null. Throws RangeError for a length that no prefix has.\n\
   */\n\
  export function ipPrefix(text: string | Missing, v4Bits: number, v6Bits?: number): string | null;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/lookup' {\n\
  import type { Missing } from 'parquetry/internal/transforms/builtins/missing';\n\
  /** What a Map holds for a key; null for a key it does not have, for one that it has no value for, and for null. */\n\
  export function lookup<Key, Value>(table: ReadonlyMap<Key, Value>, key: Key | Missing): NonNullable<Value> | null;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/missing' {\n\
  /** What a record has where there is no value, and what a lookup may answer. Every built-in answers null to it. */\n\
  export type Missing = null | undefined;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/parse' {\n\
  import type { Timestamp } from 'parquetry/internal/transforms/api/values';\n\
  import type { Missing } from 'parquetry/internal/transforms/builtins/missing';\n\
  /** The whole number that a text says, within 64 bits: digits behind an optional sign. Null for any other text, and for null. */\n\
  export function parseInt64(text: string | Missing): bigint | null;\n\
  /** As `parseInt64`, within ±(2^53 − 1), as `t.int()` takes it. */\n\
  export function parseInteger(text: string | Missing): number | null;\n\
  /** The number nearest to what a text says, as in \"-12.5e3\". Null for any other text, for what no double can hold, and for null. */\n\
  export function parseDouble(text: string | Missing): number | null;\n\
  /** \"true\" and \"false\" in any case, \"1\" and \"0\". Null for any other text, and for null. */\n\
  export function parseBool(text: string | Missing): boolean | null;\n\
  /** As `time.tryParse`: ISO 8601, or `format` in strptime notation. Null for any other text, and for null. */\n\
  export function parseTimestamp(text: string | Missing, format?: string): Timestamp | null;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/text' {\n\
  import type { Missing } from 'parquetry/internal/transforms/builtins/missing';\n\
  /** Lower case by Unicode's rules, the same in every locale. Null for null. */\n\
  export function lower(text: string): string;\n\
  export function lower(text: string | Missing): string | null;\n\
  /** Upper case by Unicode's rules, the same in every locale: `ß` becomes `SS`. Null for null. */\n\
  export function upper(text: string): string;\n\
  export function upper(text: string | Missing): string | null;\n\
  /** Without white space at both ends, line breaks and Unicode's spaces included. Null for null. */\n\
  export function trim(text: string): string;\n\
  export function trim(text: string | Missing): string | null;\n\
  /** Whether the pattern is found anywhere in the text; always from its start, whatever the pattern's flags. Null for null. */\n\
  export function matches(text: string, pattern: RegExp): boolean;\n\
  export function matches(text: string | Missing, pattern: RegExp): boolean | null;\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/word64' {\n\
  /** The halves of a 64-bit integer. */\n\
  export interface Halves {\n\
    readonly high: number;\n\
    readonly low: number;\n\
  }\n\
  /** An unsigned 64-bit integer to compute with in place, modulo 2^64: a bigint for each step would cost ten times as much. */\n\
  export class Word64 implements Halves {\n\
    high: number;\n\
    low: number;\n\
    set(high: number, low: number): this;\n\
    add({ high, low }: Halves): this;\n\
    xor({ high, low }: Halves): this;\n\
    multiply({ high, low }: Halves): this;\n\
    /** To the left, by 1 to 31 bits. */\n\
    rotate(bits: number): this;\n\
    /** 16 hex digits. */\n\
    toHex(): string;\n\
  }\n\
}\n\
\n\
declare module 'parquetry/internal/transforms/builtins/xxh64' {\n\
  import { Word64 } from 'parquetry/internal/transforms/builtins/word64';\n\
  /** XXH64 of the first `length` bytes. The word is the caller's until the next call. */\n\
  export function xxh64(bytes: Uint8Array, length: number): Word64;\n\
}\n\
";
