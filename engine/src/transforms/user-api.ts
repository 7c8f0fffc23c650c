/**
 * What `import … from 'parquetry'` is inside a user's files: the API of transforms, and what an own source, sink or encoder
 * needs besides. Bundled into the user's code, where everything that nobody imports is left out.
 */

export type { Column, ColumnBatch } from '../columns/column.ts';
export type { Encoder, FileAbout, Segment } from '../columns/encoder.ts';
export { rowToJson } from '../columns/ndjson-text.ts';
export { readRow, type Value } from '../columns/values.ts';
export type { AwsSettings, ComponentContext } from '../core/component-context.ts';
export type { Delivery } from '../core/delivery.ts';
export { type ErrorCode, ParquetryError } from '../core/errors.ts';
export type { Field, Slot, Type } from '../core/schema.ts';
export type { OutputFile, Sink, SinkReceipt } from '../core/sink.ts';
export type { Backlog, SettleOutcome, Source, SourceReader, SourceSettler } from '../core/source.ts';
export type { Logger, Metrics } from '../core/telemetry.ts';
export * from './api.ts';
