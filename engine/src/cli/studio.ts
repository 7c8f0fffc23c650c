import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type CliContext, writeJson } from './context.ts';

interface StudioFlags {
  port: number;
  host: string;
  allowRemote?: boolean;
  origin: string[];
  open: boolean;
  json?: boolean;
}

const help = `
The pipelines of the folder, and those below it, are edited, previewed, profiled and run in the browser. Whoever has the
address can run code as you: it is served to this machine only, unless --allow-remote is given.

Examples:
  $ parquetry studio
  $ parquetry studio pipelines/clicks
  $ parquetry studio --port 8080 --no-open
  $ parquetry studio --port 8080 --no-open --origin https://my-codespace-8080.app.github.dev
`;

/** `parquetry studio`: the pages in a browser, until interrupted. */
export function register(program: Command, context: CliContext): void {
  program
    .command('studio')
    .argument('[folder]', 'folder with pipelines in it, or of one', '.')
    .summary('author, preview, profile, plan and run in the browser')
    .description('Serve the studio on this machine until interrupted, and open it in the browser.')
    .option('-p, --port <n>', 'port; 0 takes a free one', parsePort, 0)
    .option('-H, --host <host>', 'address to listen at; another than this machine needs --allow-remote', '127.0.0.1')
    .option('--allow-remote', 'let other machines in: whoever has the address can run code as you, over plain HTTP')
    .option(
      '--origin <origin>',
      'another origin that leads here, through a proxy or a forwarded port; may be repeated',
      (origin: string, others: string[]) => [...others, origin],
      [],
    )
    .option('--no-open', 'print the address only')
    .option('--json', 'print the address as JSON')
    .addHelpText('after', help)
    .action((folder: string, flags: StudioFlags) => serve(folder, flags, context));
}

async function serve(folder: string, flags: StudioFlags, context: CliContext): Promise<void> {
  const { startStudioServer } = await import('../studio/server/server.ts');
  const root = path.resolve(context.cwd, folder);
  await checkFolder(root, folder);
  await checkHost(flags, context);
  await using server = await startStudioServer({
    roots: [root],
    host: flags.host,
    port: flags.port,
    origins: flags.origin,
    onEngineDeath: (how) => context.stderr.write(`the engine ended (${how}); it is started again when a page asks\n`),
  });
  if (flags.json) writeJson(context, { url: server.url, port: server.port });
  else await greet(server.url, server.ticketUrl, flags, context);
  if (!context.signal.aborted) await once(context.signal, 'abort');
}

async function greet(url: string, ticketUrl: () => string, flags: StudioFlags, context: CliContext): Promise<void> {
  const { paint } = context.stdout;
  context.stdout.write(`Studio at ${paint.bold(url)}\n`);
  const { openBrowser } = await import('./open-browser.ts');
  const isOpen = flags.open && (await openBrowser(ticketUrl(), context));
  context.stderr.write(paint.dim(`${isOpen ? 'opened in your browser' : 'open it in a browser'}; Ctrl-C ends it\n`));
}

async function checkFolder(root: string, given: string): Promise<void> {
  const isFolder = await stat(root).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return;
  const { ParquetryError } = await import('../core/errors.ts');
  const hint = '`parquetry init` makes a pipeline to begin with.';
  throw new ParquetryError('E_CONFIG', `${given} must be a folder`, { hint });
}

async function checkHost({ host, allowRemote }: StudioFlags, context: CliContext): Promise<void> {
  if (/^(localhost|127(\.\d+){3}|::1)$/.test(host)) return;
  if (allowRemote) {
    context.stderr.write(
      `warning other machines can reach the studio at ${host}: whoever has the address runs code as you\n`,
    );
    return;
  }
  const { ParquetryError } = await import('../core/errors.ts');
  throw new ParquetryError('E_CONFIG', `--host ${host} lets other machines in`, {
    hint: 'Forward the port instead (ssh -L), or add --allow-remote where the network is yours.',
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}
