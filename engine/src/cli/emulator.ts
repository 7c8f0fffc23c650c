import { once } from 'node:events';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type CliContext, writeJson } from './context.ts';

interface EmulatorFlags {
  port: number;
  host: string;
  folder?: string;
  json?: boolean;
}

const help = `
Any SDK or tool can use it with any credentials:
  $ aws --endpoint-url http://127.0.0.1:4566 sqs create-queue --queue-name clicks

Examples:
  $ parquetry emulator
  $ parquetry emulator --folder ./s3
  $ PARQUETRY_EMBEDDED_ENDPOINT=http://127.0.0.1:4566 parquetry run clicks --env local
`;

/** `parquetry emulator`: SQS and S3 of one's own, until interrupted. */
export function register(program: Command, context: CliContext): void {
  program
    .command('emulator')
    .summary('run the embedded SQS and S3 by itself')
    .description(
      'Run the embedded SQS and S3 behind one port until interrupted. It checks no credentials: keep it on this machine.',
    )
    .option('-p, --port <n>', 'port; 0 takes a free one', parsePort, 4566)
    .option('-H, --host <host>', 'address to listen at', '127.0.0.1')
    .option('-f, --folder <folder>', 'keep S3 objects in this folder; without it they are gone in the end')
    .option('--json', 'print the endpoint as JSON')
    .addHelpText('after', help)
    .action((flags: EmulatorFlags) => serve(flags, context));
}

async function serve({ port, host, folder, json }: EmulatorFlags, context: CliContext): Promise<void> {
  const { startEmulator } = await import('../emulator/emulator.ts');
  const absolute = folder === undefined ? undefined : path.resolve(context.cwd, folder);
  await using emulator = await startEmulator({ port, host, folder: absolute }).catch(explainPort(port));
  if (json) writeJson(context, { endpoint: emulator.endpoint, port: emulator.port });
  else printEndpoint(emulator.endpoint, absolute, context);
  if (!context.signal.aborted) await once(context.signal, 'abort');
}

function printEndpoint(endpoint: string, folder: string | undefined, context: CliContext): void {
  const { paint } = context.stdout;
  context.stdout.write(`SQS and S3 at ${paint.bold(endpoint)}\n`);
  context.stderr.write(paint.dim(`objects ${folder ? `in ${folder}` : 'in memory'}; Ctrl-C ends it\n`));
}

function explainPort(port: number): (error: NodeJS.ErrnoException) => Promise<never> {
  return async (error) => {
    const { ParquetryError } = await import('../core/errors.ts');
    if (error.code !== 'EADDRINUSE') throw error;
    const hint = 'Choose another with --port, or --port 0 for a free one.';
    throw new ParquetryError('E_CONFIG', `port ${port} is taken`, { hint, cause: error });
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}
