import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { ParquetryError } from '../core/errors.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import type { CliContext } from './context.ts';

interface McpFlags {
  allowWrites?: boolean;
}

const help = `
Lets a language model look at the pipelines of a folder over the Model Context Protocol: list and validate them, preview what
they make of samples, run their tests, profile and plan them. The model's host starts this command and talks to it over
stdin and stdout. Whoever may ask can have the folder's transforms run, in a process of their own. Nothing is written,
unless --allow-writes adds the tool that changes pipeline.yaml; its host asks a person each time.

Examples:
  $ parquetry mcp pipelines
  $ parquetry mcp pipelines --allow-writes

In the configuration of a host:
  { "mcpServers": { "parquetry": { "command": "npx", "args": ["parquetry", "mcp", "/path/to/pipelines"] } } }
`;

/** `parquetry mcp`: tools for language models, until stdin ends. */
export function register(program: Command, context: CliContext): void {
  program
    .command('mcp')
    .argument('[folder]', 'folder with pipelines in it, or of one', '.')
    .summary('tools for language models (MCP over stdio)')
    .description('Answer the tools of a language model over stdio, as the Model Context Protocol has it.')
    .option('--allow-writes', 'offer the tool that changes pipeline.yaml, too')
    .addHelpText('after', help)
    .action((folder: string, flags: McpFlags) => serve(path.resolve(context.cwd, folder), flags, context));
}

async function serve(folder: string, { allowWrites = false }: McpFlags, context: CliContext): Promise<void> {
  const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory();
  if (!isFolder) throw new ParquetryError('E_NOT_FOUND', `there is no folder ${folder}`);
  const { createMcpServer } = await import('../studio/mcp/mcp-server.ts');
  const { toolDefinitions } = await import('../protocol/tools.ts');
  const { packageVersion } = await import('../core/version.ts');
  const { createPeer } = await import('../protocol/peer.ts');
  const { createEngineProcess } = await import('../studio/server/engine-process.ts');
  const say = (text: string) => context.stderr.write(`parquetry mcp: ${text}\n`);
  // Whatever is printed there goes to stderr: stdout is the protocol's alone.
  const engine = createEngineProcess([folder], (how) =>
    say(`the engine ended (${how}); the next call starts it again`),
  );
  const server = createMcpServer({
    version: packageVersion(),
    tools: toolDefinitions.filter(({ isReadOnly }) => isReadOnly || allowWrites),
    send: (line) => context.stdout.write(`${line}\n`),
    async call(name, input, { signal, show }) {
      const studio = createPeer<StudioMethods>(engine.connect());
      try {
        return await studio.request('tools.call', { name, input }, { signal, onSnapshot: show });
      } finally {
        studio.close();
      }
    },
  });
  say(`serving ${folder}`);
  const lines = createInterface({ input: context.stdin, crlfDelay: Number.POSITIVE_INFINITY, signal: context.signal });
  try {
    for await (const line of lines) server.receive(line);
    if (!context.signal.aborted) await server.idle();
  } finally {
    server.close();
    await engine.close();
  }
}
