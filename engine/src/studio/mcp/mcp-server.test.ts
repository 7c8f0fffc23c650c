import { expect, test, vi } from 'vitest';
import { ParquetryError } from '../../core/errors.ts';
import { type ToolAnswer, type ToolDefinition, toolDefinitions } from '../../protocol/tools.ts';
import { createMcpServer, type McpServerOptions } from './mcp-server.ts';

interface Sent {
  id?: unknown;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; data?: unknown };
}

const answer: ToolAnswer = { text: 'fine', data: { isValid: true } };

function serve(
  call: McpServerOptions['call'] = async () => answer,
  tools: readonly ToolDefinition[] = toolDefinitions,
) {
  const sent: Sent[] = [];
  const send = (line: string) => {
    expect(line).not.toContain('\n');
    sent.push(JSON.parse(line));
  };
  const server = createMcpServer({ version: '1.2.3', tools, call, send });
  let id = 0;
  return {
    server,
    sent,
    async ask(method: string, params?: object): Promise<Sent> {
      id++;
      server.receive(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      await server.idle();
      return sent.find((message) => message.id === id)!;
    },
  };
}

const modern = {
  _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} },
};

test.each([
  ['2025-11-25', '2025-11-25'],
  ['2025-06-18', '2025-06-18'],
  ['2024-11-05', '2024-11-05'],
  ['2099-01-01', '2025-11-25'],
])('a handshake that asks for %s gets %s', async (asked, got) => {
  const { ask } = serve();
  const { result } = await ask('initialize', { protocolVersion: asked, capabilities: {}, clientInfo: {} });
  expect(result).toMatchObject({
    protocolVersion: got,
    capabilities: { tools: {} },
    serverInfo: { name: 'parquetry', version: '1.2.3' },
  });
});

test('requests that say what they speak need no handshake', async () => {
  const { ask } = serve();
  expect((await ask('server/discover', modern)).result).toMatchObject({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'parquetry' } },
  });
  expect((await ask('tools/list', modern)).result).toMatchObject({ resultType: 'complete', cacheScope: 'public' });
  const old = { _meta: { ...modern._meta, 'io.modelcontextprotocol/protocolVersion': '2030-01-01' } };
  expect((await ask('tools/list', old)).error).toMatchObject({
    code: -32022,
    data: { supported: ['2026-07-28'], requested: '2030-01-01' },
  });
});

test('tools are listed with their schemas and whether they write', async () => {
  const { ask } = serve();
  const tools = (await ask('tools/list')).result?.tools as Record<string, unknown>[];
  expect(tools.map(({ name }) => name)).toEqual(toolDefinitions.map(({ name }) => name));
  expect(tools.find(({ name }) => name === 'parquetry_plan')).toMatchObject({
    inputSchema: { type: 'object', required: ['recordsPerS'] },
    annotations: { readOnlyHint: true, destructiveHint: false },
  });
  expect(tools.at(-1)).toMatchObject({ name: 'parquetry_set', annotations: { readOnlyHint: false } });
});

test('a call answers text and data; what a tool fails with is told to the model', async () => {
  const call = vi.fn(async (name: string) => {
    if (name === 'parquetry_validate') return answer;
    throw new ParquetryError('E_CONFIG', 'records must be more', { hint: 'Take 10.', file: '/p/a.yaml', line: 3 });
  });
  const { ask } = serve(call);
  expect((await ask('tools/call', { name: 'parquetry_validate', arguments: { pipeline: 'a' } })).result).toEqual({
    content: [{ type: 'text', text: 'fine' }],
    structuredContent: { isValid: true },
    isError: false,
  });
  expect(call).toHaveBeenCalledWith('parquetry_validate', { pipeline: 'a' }, expect.anything());
  expect((await ask('tools/call', { name: 'parquetry_preview' })).result).toEqual({
    content: [{ type: 'text', text: 'E_CONFIG: records must be more\nat /p/a.yaml:3\nTake 10.' }],
    isError: true,
  });
});

test('what is no request, no method or no tool is refused by its code', async () => {
  const { ask, server, sent } = serve();
  expect((await ask('tools/call', { name: 'rm' })).error?.code).toBe(-32602);
  expect((await ask('resources/list')).error?.code).toBe(-32601);
  for (const line of ['{', '[]', '{"jsonrpc":"2.0","id":null,"method":"ping"}', '{"id":1,"method":"ping"}'])
    server.receive(line);
  expect(sent.slice(-4)).toMatchObject([
    { id: null, error: { code: -32700 } },
    { id: null, error: { code: -32600 } },
    { id: null, error: { code: -32600 } },
    { id: null, error: { code: -32600 } },
  ]);
  const { length } = sent;
  for (const line of [
    '',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","id":9,"result":{}}',
  ])
    server.receive(line);
  await server.idle();
  expect(sent).toHaveLength(length);
});

test('a call that is cancelled ends, and is never answered', async () => {
  const ended = Promise.withResolvers<void>();
  const { server, sent } = serve((_name, _input, { signal }) => {
    const { promise, reject } = Promise.withResolvers<ToolAnswer>();
    signal.addEventListener('abort', () => {
      ended.resolve();
      reject(new Error('cancelled'));
    });
    return promise;
  });
  server.receive('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"parquetry_plan"}}');
  server.receive('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}');
  await ended.promise;
  await server.idle();
  expect(sent).toEqual([]);
});

test('progress goes to who asked for it, and only grows', async () => {
  const { ask, sent } = serve(async (_name, _input, { show }) => {
    for (const share of [0.2, 0.1, 0.6]) show({ step: 'measuring', share });
    return answer;
  });
  await ask('tools/call', { name: 'parquetry_profile' });
  expect(sent).toHaveLength(1);
  await ask('tools/call', { name: 'parquetry_profile', _meta: { progressToken: 7 } });
  expect(sent.slice(1, 3)).toEqual([
    {
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 7, progress: 0.2, total: 1, message: 'measuring' },
    },
    {
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 7, progress: 0.6, total: 1, message: 'measuring' },
    },
  ]);
});
