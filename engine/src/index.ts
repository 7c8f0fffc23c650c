/** The library: what `import … from 'parquetry'` gives, in programs and (the first part) in transforms. */

export type { Column, ColumnBatch, Selection } from './columns/column.ts';
export type { Encoder, FileAbout, Segment } from './columns/encoder.ts';
export type { AwsSettings, ComponentContext } from './core/component.ts';
export type { DeadLetter, Delivery } from './core/delivery.ts';
export { type ErrorCode, ParquetryError } from './core/errors.ts';
export type { LedgerSnapshot } from './core/ledger.ts';
export type { Field, Schema, Slot, Type } from './core/schema.ts';
export type { OutputFile, Sink, SinkReceipt } from './core/sink.ts';
export type { Backlog, SettleOutcome, Source, SourceReader, SourceSettler } from './core/source.ts';
export type { Logger, Metrics } from './core/telemetry.ts';
export { type Emulator, type EmulatorOptions, startEmulator } from './emulator/emulator.ts';
export { startEmulatorThread } from './emulator/thread.ts';
export type { CheckedPipeline } from './pipeline/checked-pipeline.ts';
export { type LoadOptions, loadPipeline } from './pipeline/file.ts';
export type { Engine, RunSnapshot, RunSummary } from './runtime/engine.ts';
export type { WrittenFile } from './runtime/landing.ts';
export type { LiveComponents } from './runtime/live.ts';
export { type RunOptions, runPipeline } from './runtime/run-pipeline.ts';
export { createLogger } from './telemetry/logger.ts';
export * from './transforms/api.ts';
