import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { WireError } from './messages.ts';

export function toWire(thrown: unknown): WireError {
  const { code, message, hint, stack, retryable } = asParquetryError(thrown);
  return { code, message, hint, stack, retryable };
}

export function fromWire(wire: WireError): ParquetryError {
  const error = new ParquetryError(wire.code, wire.message, { hint: wire.hint, retryable: wire.retryable });
  error.stack = wire.stack;
  return error;
}
