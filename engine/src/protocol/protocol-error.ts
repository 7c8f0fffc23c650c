import type { WireError } from './frames.ts';

/**
 * Codes of the protocol itself. `E_CANCELLED`: whoever asked took it back; `E_CLOSED`: the other end is gone; `E_METHOD`: the other
 * end knows no such request; `E_INTERNAL`: a handler threw something that is no error of ours.
 */
export const protocolCodes = ['E_CANCELLED', 'E_CLOSED', 'E_METHOD', 'E_INTERNAL'] as const;

/** What a failed request rejects with. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: string;
  readonly hint?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly login?: { readonly profile?: string };

  constructor(error: WireError, cause?: unknown) {
    super(error.message, { cause });
    this.code = error.code;
    this.hint = error.hint;
    this.file = error.file;
    this.line = error.line;
    this.column = error.column;
    this.login = error.login;
  }
}

/** An error of the engine keeps among its details what one that has crossed has itself. */
interface Thrown extends Partial<WireError> {
  readonly details?: Pick<WireError, 'login'>;
}

/** Whatever was thrown, as it crosses. Errors of the engine have a code, a hint and a place; others keep their message. */
export function toWireError(thrown: unknown): WireError {
  if (!(thrown instanceof Error)) return { code: 'E_INTERNAL', message: String(thrown) };
  const { code, hint, file, line, column, login, details } = thrown as Thrown;
  const isOurs = typeof code === 'string' && code.startsWith('E_');
  const facts = { hint, file, line, column, login: login ?? details?.login };
  return { code: isOurs ? code : 'E_INTERNAL', message: thrown.message, ...facts };
}
