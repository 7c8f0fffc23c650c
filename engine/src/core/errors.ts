/** Closed list of error codes. Tests and callers look at the code, never at the text. */
export type ErrorCode =
  | 'E_CONFIG' // the pipeline file or an option is wrong
  | 'E_SCHEMA' // an input or output schema is wrong, or two do not fit together
  | 'E_TRANSFORM' // the user's transform does not compile, or breaks its contract as a whole
  | 'E_RECORD' // one record is malformed or does not fit; costs that record only
  | 'E_NOT_FOUND' // queue, bucket, object or file does not exist
  | 'E_ACCESS' // credentials missing, refused or expired
  | 'E_CONFLICT' // a conditional write lost against another writer
  | 'E_INTEGRITY' // bytes are not what was sent or promised
  | 'E_THROTTLED' // the service asks to slow down
  | 'E_UNAVAILABLE' // 5xx, connection refused or reset, timeouts
  | 'E_STORM' // too large a share of the records is misfit: the run pauses or stops
  | 'E_LANE' // a lane died or hung
  | 'E_CANCELLED' // stopped on request
  | 'E_INTERNAL'; // a defect in Parquetry

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['E_THROTTLED', 'E_UNAVAILABLE']);

export interface ErrorFacts {
  /** What the reader can do about it, one sentence. */
  hint?: string;
  cause?: unknown;
  /** Overrides what the code says. */
  retryable?: boolean;
  /** Where in which file, 1-based. */
  file?: string;
  line?: number;
  column?: number;
  /** Facts for logs: never credentials, never payloads. */
  details?: Record<string, unknown>;
}

/** The one error class. The message is subject + rule + value: `batch.targetSize must be at least 1KiB, got 12`. */
export class ParquetryError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'ParquetryError';
    this.code = code;
    this.retryable = facts.retryable ?? RETRYABLE.has(code);
    this.hint = facts.hint;
    this.file = facts.file;
    this.line = facts.line;
    this.column = facts.column;
    this.details = facts.details ?? {};
  }
}

/** Wraps anything thrown: a ParquetryError stays itself, the unknown becomes E_INTERNAL, not retryable. Never throws. */
export function asParquetryError(thrown: unknown): ParquetryError {
  if (thrown instanceof ParquetryError) return thrown;
  if (isForeignCopy(thrown)) return new ParquetryError(thrown.code, thrown.message, { ...thrown, cause: thrown });
  if (thrown instanceof Error) return new ParquetryError('E_INTERNAL', thrown.message, { cause: thrown });
  return new ParquetryError('E_INTERNAL', `a non-error was thrown: ${describe(thrown)}`, { cause: thrown });
}

/** An own module has this file bundled into it: its errors are made by another class of the same name. */
function isForeignCopy(thrown: unknown): thrown is ParquetryError {
  return thrown instanceof Error && thrown.name === 'ParquetryError' && 'code' in thrown && 'retryable' in thrown;
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
