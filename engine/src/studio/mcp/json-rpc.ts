/** JSON-RPC 2.0, as far as MCP over stdio has it: one message a line, no batches. */

export type RequestId = string | number;

export interface RpcRequest {
  readonly id: RequestId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A message that was read. `ignored`: answers, which nobody asked for, and notifications without meaning here. */
export type RpcMessage =
  | { readonly kind: 'request'; readonly request: RpcRequest }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'refused'; readonly error: RpcError; readonly id: RequestId | null };

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** Codes of JSON-RPC, and of MCP's revision 2026-07-28. */
export const rpcCodes = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
  unsupportedVersion: -32022,
} as const;

/** An error that a request is answered with. */
export class RpcFailure extends Error {
  readonly error: RpcError;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.error = data === undefined ? { code, message } : { code, message, data };
  }
}

/** Reads a line. Never throws: what is no message is refused as JSON-RPC says. */
export function readMessage(line: string): RpcMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'refused', id: null, error: { code: rpcCodes.parse, message: 'the line must be JSON' } };
  }
  if (!isObject(value) || value.jsonrpc !== '2.0') return refused(null, 'must be one JSON-RPC 2.0 object');
  const { id, method, params = {} } = value;
  if (typeof method !== 'string') {
    if ('result' in value || 'error' in value) return { kind: 'ignored' };
    return refused(isId(id) ? id : null, 'must have a method');
  }
  if (!isObject(params)) return refused(isId(id) ? id : null, 'must have an object as params');
  if (id === undefined) return { kind: 'notification', method, params };
  return isId(id)
    ? { kind: 'request', request: { id, method, params } }
    : refused(null, 'must have text or a number as id');
}

function refused(id: RequestId | null, rule: string): RpcMessage {
  return { kind: 'refused', id, error: { code: rpcCodes.invalidRequest, message: `a message ${rule}` } };
}

function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || Number.isFinite(id);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
