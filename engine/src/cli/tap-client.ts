import { ParquetryError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { count, plural } from '../core/quantities.ts';
import { loadPipeline } from '../pipeline/file.ts';
import { tapEngine } from '../studio/run/tap-client.ts';
import { parseAddress } from '../telemetry/server.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { loadOptions, resolvePath } from './pipeline-options.ts';
import type { TapOptions } from './tap.ts';

/** `parquetry tap`. */
export async function runTap(folder: string, options: TapOptions, context: CliContext): Promise<void> {
  const { host, port } = await addressOf(folder, options, context);
  const { at, count, sample } = options;
  const token = context.env.PARQUETRY_TAP_TOKEN;
  let shown = 0;
  let dropped = 0;
  for await (const tapped of tapEngine({ host, port, at, count, sample, token, signal: context.signal })) {
    if ('dropped' in tapped) dropped = tapped.dropped;
    else {
      context.stdout.write(`${context.stdout.isTTY ? printable(tapped.line) : tapped.line}\n`);
      shown++;
    }
  }
  report({ shown, dropped }, options, context);
}

async function addressOf(folder: string, options: TapOptions, context: CliContext) {
  if (options.address !== undefined) return parseAddress(options.address);
  const { telemetry, name } = await loadPipeline(resolvePath(folder, context), loadOptions(options, context));
  if (telemetry.listen === undefined || telemetry.tap === 'off') {
    const rule = telemetry.listen === undefined ? 'has no telemetry.listen' : 'has telemetry.tap: off';
    throw new ParquetryError('E_CONFIG', `pipeline ${name} cannot be tapped: it ${rule}`, {
      hint: 'Set telemetry.listen, for example to 127.0.0.1:9464, and start it again.',
    });
  }
  const { host, port } = parseAddress(telemetry.listen);
  const isAny = host === '0.0.0.0' || host === '::';
  if (port !== 0) return { host: isAny ? '127.0.0.1' : host, port };
  throw new ParquetryError('E_CONFIG', 'telemetry.listen has port 0, so only the engine knows its address', {
    hint: 'Give --address: the engine logs it as telemetry.listening.',
  });
}

function report(
  { shown, dropped }: { shown: number; dropped: number },
  options: TapOptions,
  { stderr, signal, setExitCode }: CliContext,
): void {
  if (dropped > 0) stderr.write(`${count(dropped)} records were dropped: they came faster than they were read here\n`);
  if (shown >= options.count) return;
  if (signal.aborted) setExitCode(exitCodes.interrupted);
  else stderr.write(`the engine has ended after ${plural(shown, 'record')}\n`);
}
