import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type ClaimResult, judge, readReport } from '../test/conformance/differences.ts';
import { type MotoServer, startMoto } from './moto-server.ts';

/*
 * Holds the claims of test/conformance to moto_server, an SQS and S3 that none of us wrote, where Python can be had. That moto
 * differs from AWS here and there is known and listed; a difference that is not on the list fails, for then either moto has
 * changed or a claim is not what it was. `--update` writes the list anew.
 */

const root = path.resolve(import.meta.dirname, '..');
const listFile = path.join(root, 'test', 'conformance', 'moto-differences.json');
const LIMIT_MS = 180_000;
const INSTALL_LIMIT_MS = 90_000;

interface KnownDifferences {
  readonly moto: string;
  readonly claims: readonly string[];
}

const known = JSON.parse(await readFile(listFile, 'utf8')) as KnownDifferences;
const limit = AbortSignal.timeout(LIMIT_MS);
const server = await startMoto(known.moto, AbortSignal.any([limit, AbortSignal.timeout(INSTALL_LIMIT_MS)]));
if (typeof server === 'string') console.log(`skipped: conformance against moto_server (${server})`);
else process.exitCode = await compare(server);

async function compare(moto: MotoServer): Promise<number> {
  await using _ = moto;
  const results = await runClaims(moto.endpoint);
  const outside = results.filter(({ target }) => target === moto.endpoint);
  if (outside.length === 0) throw new Error('no claim was held to moto_server');
  if (process.argv.includes('--update')) await writeList(outside);
  const own = results.filter(({ target, status }) => target === 'embedded' && status === 'failed');
  for (const { claim } of own) console.log(`the embedded emulator breaks: ${claim}`);
  return own.length + tell(outside) === 0 ? 0 : 1;
}

/** Prints what is to be said about moto; answers the number of differences nobody knew of. */
function tell(outside: readonly ClaimResult[]): number {
  for (const service of ['sqs', 's3']) {
    const { kept, asked, skipped } = judge(
      outside.filter(({ claim }) => claim.startsWith(`${service} `)),
      [],
    );
    console.log(
      `moto ${known.moto} keeps ${kept} of ${asked} claims about ${service.toUpperCase()}, ${skipped} skipped`,
    );
  }
  const { unknown, vanished } = judge(outside, known.claims);
  for (const claim of vanished) console.log(`no difference any more: ${claim}`);
  for (const claim of unknown) console.log(`new difference: ${claim}`);
  return process.argv.includes('--update') ? 0 : unknown.length;
}

/** Runs the suites as `npm test` does, with one endpoint more. Their exit code says nothing: moto breaks some claims. */
async function runClaims(endpoint: string): Promise<ClaimResult[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conformance-report-'));
  try {
    const report = path.join(folder, 'report.json');
    const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', 'test/conformance', '--reporter=json', `--outputFile=${report}`];
    const env = { ...process.env, PARQUETRY_CONFORMANCE_ENDPOINT: endpoint };
    const child = spawn(process.execPath, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
      signal: limit,
    });
    await once(child, 'close');
    return readReport(JSON.parse(await readFile(report, 'utf8')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeList(outside: readonly ClaimResult[]): Promise<void> {
  const claims = judge(outside, []).unknown.toSorted();
  await writeFile(listFile, `${JSON.stringify({ moto: known.moto, claims }, undefined, 2)}\n`);
}
