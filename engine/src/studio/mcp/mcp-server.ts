import { toWireError } from '../../protocol/protocol-error.ts';
import type { ToolAnswer, ToolDefinition } from '../../protocol/tools.ts';
import { isObject, type RequestId, RpcFailure, type RpcRequest, readMessage, rpcCodes } from './json-rpc.ts';

/** Revision in which each request says what it speaks, and those that begin with a handshake, newest first. */
const MODERN = '2026-07-28';
const LEGACY = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;
/** The list of tools is the same for as long as the process lives. */
const LIST_TTL_MS = 3_600_000;

const INSTRUCTIONS =
  'Parquetry takes records from queues and files, runs the TypeScript in transform.ts over them, and writes Parquet. ' +
  'List the pipelines first; validate and preview after each change of pipeline.yaml, transform.ts or the schema.';

export interface Progress {
  readonly step: string;
  readonly share: number;
}

export interface McpServerOptions {
  readonly version: string;
  readonly tools: readonly ToolDefinition[];
  /** Runs a tool; rejects with what went wrong with it. */
  call(
    name: string,
    input: unknown,
    context: { readonly signal: AbortSignal; show(progress: Progress): void },
  ): Promise<ToolAnswer>;
  /** Sends one line, without its line break. */
  send(line: string): void;
}

/** A server of MCP's tools over any stream of lines: requests are answered as they end, those that were cancelled never. */
export interface McpServer {
  receive(line: string): void;
  /** Resolves when what was asked has been answered. */
  idle(): Promise<void>;
  /** Cancels what is under way. */
  close(): void;
}

export function createMcpServer(options: McpServerOptions): McpServer {
  const running = new Map<RequestId, { controller: AbortController; ended: Promise<void> }>();
  const send = (message: object) => options.send(JSON.stringify({ jsonrpc: '2.0', ...message }));

  async function answer(request: RpcRequest, { signal }: AbortController): Promise<void> {
    const { id } = request;
    try {
      const result = await resultOf(request, options, { signal, notify: send });
      if (!signal.aborted) send({ id, result });
    } catch (thrown) {
      const internal = { code: rpcCodes.internal, message: thrown instanceof Error ? thrown.message : String(thrown) };
      if (!signal.aborted) send({ id, error: thrown instanceof RpcFailure ? thrown.error : internal });
    } finally {
      running.delete(id);
    }
  }

  return {
    receive(line) {
      if (line.trim() === '') return;
      const message = readMessage(line);
      if (message.kind === 'refused') send({ id: message.id, error: message.error });
      if (message.kind === 'notification' && message.method === 'notifications/cancelled')
        running.get(message.params.requestId as RequestId)?.controller.abort();
      if (message.kind !== 'request') return;
      const controller = new AbortController();
      const { request } = message;
      if (running.has(request.id))
        return send({ id: request.id, error: { code: rpcCodes.invalidRequest, message: 'the id is in use' } });
      const entry = { controller, ended: Promise.resolve() };
      running.set(request.id, entry);
      entry.ended = answer(request, controller);
    },
    async idle() {
      while (running.size > 0) await Promise.all([...running.values()].map(({ ended }) => ended));
    },
    close() {
      for (const { controller } of running.values()) controller.abort();
    },
  };
}

interface AnswerContext {
  readonly signal: AbortSignal;
  notify(message: object): void;
}

async function resultOf(request: RpcRequest, options: McpServerOptions, context: AnswerContext): Promise<object> {
  const { method, params } = request;
  const info = { name: 'parquetry', title: 'Parquetry', version: options.version };
  if (method === 'initialize') return handshake(params, info);
  const isModern = checkEra(params);
  const result = await methodResult(request, options, context, isModern);
  return isModern
    ? { resultType: 'complete', ...result, _meta: { 'io.modelcontextprotocol/serverInfo': info } }
    : result;
}

async function methodResult(
  { method, params }: RpcRequest,
  options: McpServerOptions,
  context: AnswerContext,
  isModern: boolean,
): Promise<object> {
  const caching = isModern ? { ttlMs: LIST_TTL_MS, cacheScope: 'public' } : {};
  switch (method) {
    case 'ping':
      return {};
    case 'server/discover':
      return { supportedVersions: [MODERN], capabilities: { tools: {} }, instructions: INSTRUCTIONS, ...caching };
    case 'tools/list':
      return { tools: options.tools.map(listed), ...caching };
    case 'tools/call':
      return callResult(params, options, context);
    default:
      throw new RpcFailure(rpcCodes.unknownMethod, `there is no method ${method}`);
  }
}

/** The version that was asked for, or else the newest of its kind: the client then decides whether it goes on. */
function handshake({ protocolVersion }: RpcRequest['params'], serverInfo: object): object {
  const known = LEGACY.find((version) => version === protocolVersion);
  return { protocolVersion: known ?? LEGACY[0], capabilities: { tools: {} }, serverInfo, instructions: INSTRUCTIONS };
}

/** Whether a request says what it speaks, as those of the stateless revisions do. */
function checkEra({ _meta }: RpcRequest['params']): boolean {
  const requested = isObject(_meta) ? _meta['io.modelcontextprotocol/protocolVersion'] : undefined;
  if (requested === undefined || !isObject(_meta)) return false;
  if (requested !== MODERN) {
    const data = { supported: [MODERN], requested };
    throw new RpcFailure(rpcCodes.unsupportedVersion, 'the protocol version is not supported', data);
  }
  if (isObject(_meta['io.modelcontextprotocol/clientCapabilities'])) return true;
  throw new RpcFailure(rpcCodes.invalidParams, '_meta must have io.modelcontextprotocol/clientCapabilities');
}

function listed({ name, title, description, inputSchema, isReadOnly }: ToolDefinition): object {
  const annotations = { title, readOnlyHint: isReadOnly, destructiveHint: !isReadOnly, openWorldHint: false };
  return { name, title, description, inputSchema, annotations };
}

/** What a tool fails with is told to the model, which can do better; a tool that there is not, to its client. */
async function callResult(
  { name, arguments: input, _meta }: RpcRequest['params'],
  options: McpServerOptions,
  { signal, notify }: AnswerContext,
): Promise<object> {
  if (typeof name !== 'string' || !options.tools.some((tool) => tool.name === name))
    throw new RpcFailure(rpcCodes.invalidParams, `unknown tool: ${String(name)}`);
  const show = progressNotifier(isObject(_meta) ? _meta.progressToken : undefined, signal, notify);
  try {
    const { text, data } = await options.call(name, input, { signal, show });
    return { content: [{ type: 'text', text }], structuredContent: data, isError: false };
  } catch (thrown) {
    return { content: [{ type: 'text', text: failureText(thrown) }], isError: true };
  }
}

/** Progress that a client asked for, and that only grows. */
function progressNotifier(progressToken: unknown, signal: AbortSignal, notify: AnswerContext['notify']) {
  let last = 0;
  return ({ step, share }: Progress) => {
    if (progressToken === undefined || signal.aborted || share <= last) return;
    last = share;
    const params = { progressToken, progress: share, total: 1, message: step };
    notify({ method: 'notifications/progress', params });
  };
}

function failureText(thrown: unknown): string {
  const { code, message, hint, file, line, column } = toWireError(thrown);
  const place = file === undefined ? '' : `\nat ${[file, line, column].filter((part) => part !== undefined).join(':')}`;
  return `${code}: ${message}${place}${hint ? `\n${hint}` : ''}`;
}
