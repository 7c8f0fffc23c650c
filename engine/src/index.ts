/** The library: what `import … from 'parquetry'` gives to programs. A user's files get the last line of it. */

export {
  fromArrow,
  fromArrowIpc,
  fromArrowSchema,
  toArrow,
  toArrowIpc,
  toArrowSchema,
} from './columns/arrow.ts';
export type { DeadLetter } from './core/delivery.ts';
export type { LedgerSnapshot } from './core/ledger.ts';
export type { Schema } from './core/schema.ts';
export { type Emulator, type EmulatorOptions, startEmulator } from './emulator/emulator.ts';
export { startEmulatorThread } from './emulator/thread.ts';
export type { CheckedPipeline } from './pipeline/checked-pipeline.ts';
export { type LoadOptions, loadPipeline } from './pipeline/file.ts';
export type { RunSnapshot, RunSummary, ShutdownSummary } from './runtime/engine.ts';
export type { WrittenFile } from './runtime/landing-parts.ts';
export type { LiveComponents } from './runtime/live.ts';
export type { RunOptions } from './runtime/plan-run.ts';
export type { Reload, Run } from './runtime/run.ts';
export { runPipeline } from './runtime/run-pipeline.ts';
export { createLogger, type LoggerOptions } from './telemetry/logger.ts';
export * from './transforms/user-api.ts';
