/**
 * What crosses between two peers. Plain data as the narrowest way carries it, VS Code's between a page and its extension: JSON, and
 * typed arrays in it. So no bigints, no NaN, no -0: what must be exact is text, or lies in the Arrow IPC bytes that rows travel as.
 * Every request ends with exactly one `result` or `error`, also when it is cancelled; before that it may
 * show any number of snapshots, each of which stands for itself.
 */
export type Frame = RequestFrame | CancelFrame | SnapshotFrame | ResultFrame | ErrorFrame;

export interface RequestFrame {
  readonly type: 'request';
  /** Of the peer that asks; never used twice on one transport. */
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

export interface CancelFrame {
  readonly type: 'cancel';
  readonly id: number;
}

export interface SnapshotFrame {
  readonly type: 'snapshot';
  readonly id: number;
  readonly snapshot: unknown;
}

export interface ResultFrame {
  readonly type: 'result';
  readonly id: number;
  readonly result: unknown;
}

export interface ErrorFrame {
  readonly type: 'error';
  readonly id: number;
  readonly error: WireError;
}

/** An error as it crosses. */
export interface WireError {
  /** Of the engine's closed list, or one of `protocolCodes`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Absolute path, and 1-based place in it, where a file is to blame. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Credentials are missing, refused or expired: signing in may mend it, with this profile where one is used. */
  readonly login?: { readonly profile?: string };
}

/** Whether something that arrived is a frame at all; what it carries is for the handler to judge. */
export function isFrame(value: unknown): value is Frame {
  if (typeof value !== 'object' || value === null) return false;
  const { type, id, method, error } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(id)) return false;
  if (type === 'request') return typeof method === 'string';
  if (type === 'error') return typeof error === 'object' && error !== null;
  return type === 'cancel' || type === 'snapshot' || type === 'result';
}
