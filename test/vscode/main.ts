/**
 * `npm run test:vscode [suite …]`: the packaged extension in a real VS Code, all of its suites (see workspaces.ts) or those that are
 * named. Says by name what it could not try.
 *
 * - `PARQUETRY_VSCODE_VERSION=4.103.2` takes another VS Code (of code-server's versions, 4.x is VS Code 1.x);
 * - `PARQUETRY_VSCODE_HOST` names the folder in which it is, or is to be, installed;
 * - `PARQUETRY_VSCODE_ELECTRON=1.101.0` takes VS Code for the desktop instead;
 * - `PARQUETRY_VSIX` names another .vsix, such as one of a release;
 * - `PARQUETRY_REQUIRE_VSCODE=1` fails where no VS Code can be had, instead of saying so;
 * - `PARQUETRY_GREP` picks cases; `PARQUETRY_PICTURES=1` makes pictures for the extension's page: dark, and nothing beside.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findCodeServer, installCodeServer } from './host/code-server.ts';
import { startDriver } from './host/driver.ts';
import { runInBrowser } from './host/run-in-browser.ts';
import { downloadElectron, runInElectron } from './host/run-in-electron.ts';
import type { SuiteRun } from './host/suite-run.ts';
import { duckDbVsixProblems, vsixProblems } from './vsix-contents.ts';
import { makeWorkspace, namedSuites, type Suite, suites, writeExpiredLogin } from './workspaces.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = path.join(root, 'out', 'vscode');
const vsix = process.env.PARQUETRY_VSIX ?? path.join(root, 'out', `parquetry-${process.platform}-${process.arch}.vsix`);
/** The one that brings DuckDB along; a suite installs it when it comes to it. */
const duckdbVsix = [path.dirname(vsix), path.join(root, 'out')]
  .map((folder) => path.join(folder, `parquetry-duckdb-${process.platform}-${process.arch}.vsix`))
  .find((file) => existsSync(file));
/** Of a suite; on a machine that has nothing else to do, all of them together take less. */
const TIMEOUT_MS = 1_200_000;

/** A VS Code that runs suites, each in a fresh profile and workspace. */
interface Runner {
  /** Something drives the workbench as a person would. */
  readonly isDriven: boolean;
  /** Resolves with what went wrong. */
  run(suite: SuiteRun): Promise<string | undefined>;
}

async function main(): Promise<string | undefined> {
  const problems = await vsixProblems(vsix);
  if (problems.length > 0) return `the .vsix: ${problems.join('; ')}`;
  if (duckdbVsix === undefined) return 'there is no .vsix of DuckDB: `npm run package` makes it';
  const duckdbProblems = await duckDbVsixProblems(duckdbVsix);
  if (duckdbProblems.length > 0) return `the .vsix of DuckDB: ${duckdbProblems.join('; ')}`;
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await using resources = new AsyncDisposableStack();
  const runner = (await inBrowser(resources)) ?? (await inElectron());
  if (!runner) return process.env.PARQUETRY_REQUIRE_VSCODE ? 'no VS Code can be had' : undefined;
  const named = namedSuites.filter((name) => process.argv.includes(name));
  for (const name of named.length > 0 ? named : suites) {
    if (!runner.isDriven && (name === 'multi-root' || name === 'no-folder')) {
      skipped(`the suite ${name}`, 'nothing drives this workbench');
      continue;
    }
    const failure = await runSuite(name, runner);
    if (failure) return `${name}: ${failure}`;
  }
  return undefined;
}

/** The one that shows and drives all: VS Code's server, and Chromium. */
async function inBrowser(resources: AsyncDisposableStack): Promise<Runner | undefined> {
  if (process.env.PARQUETRY_VSCODE_ELECTRON) return undefined;
  const places = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const chromium = places.find((file) => file && existsSync(file));
  if (!chromium) return skipped('VS Code in Chromium', 'there is none; CHROMIUM_PATH names one');
  const version = process.env.PARQUETRY_VSCODE_VERSION;
  const name = version === undefined ? 'vscode-host' : `vscode-host-${version}`;
  const folder = process.env.PARQUETRY_VSCODE_HOST ?? path.join(root, 'out', name);
  const host =
    findCodeServer(folder, version) ??
    (await installCodeServer(folder, version).catch((error) =>
      skipped('VS Code in Chromium', `it could not be installed: ${error.message}`),
    ));
  if (!host) return undefined;
  console.log(`VS Code ${host.version} in Chromium`);
  const driver = resources.use(await startDriver(out));
  return {
    isDriven: true,
    run: (suite) => runInBrowser({ ...suite, host, chromium, driver, timeoutMs: TIMEOUT_MS }),
  };
}

async function inElectron(): Promise<Runner | undefined> {
  const version = process.env.PARQUETRY_VSCODE_ELECTRON ?? 'stable';
  const executable = await downloadElectron(version, path.join(root, 'out', 'vscode-electron')).catch((error) =>
    skipped('VS Code for the desktop', `it could not be downloaded: ${error.message}`),
  );
  if (executable === undefined) return undefined;
  return { isDriven: false, run: (suite) => runInElectron(executable, suite) };
}

async function runSuite(name: Suite, { run, isDriven }: Runner): Promise<string | undefined> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-vscode-'));
  const [place, home, outcome] = ['workspace', 'home', 'outcome.json'].map((file) => path.join(folder, file));
  try {
    await mkdir(place!, { recursive: true });
    await writeExpiredLogin(home!);
    return await run({
      ...{ outcome: outcome!, vsix },
      workspace: await makeWorkspace(name, place!, isDriven),
      profile: path.join(folder, 'profile'),
      developed: path.join(root, 'test', 'vscode', 'driver-extension'),
      suite: await buildSuite(),
      isTrusted: name !== 'untrusted',
      env: {
        HOME: home!,
        PARQUETRY_SUITE: name,
        PARQUETRY_OUTCOME: outcome!,
        PARQUETRY_MEASURES: path.join(out, 'measures.json'),
        ...given('PARQUETRY_LARGE_FILE'),
        PARQUETRY_DUCKDB_VSIX: duckdbVsix!,
        ...given('PARQUETRY_PICTURES'),
        ...grep(),
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function given(name: string): Record<string, string> {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
}

/** `PARQUETRY_GREP`: cases whose names fit; the first ones make what the others use. */
function grep(): Record<string, string> {
  const given = process.env.PARQUETRY_GREP;
  return given === undefined ? {} : { PARQUETRY_GREP: `next to nothing|first command|${given}` };
}

function skipped(what: string, why: string): undefined {
  console.error(`skipped: ${what}: ${why}`);
  return undefined;
}

/** One CommonJS file, as every VS Code loads it. */
async function buildSuite(): Promise<string> {
  const outfile = path.join(out, 'suite.cjs');
  await build({
    entryPoints: [path.join(root, 'test', 'vscode', 'suite', 'index.ts')],
    ...{ outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node22', sourcemap: 'inline' },
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outfile;
}

const startedAtMs = Date.now();
const failure = await main();
if (failure) console.error(`failed: ${failure}`);
console.log(`${((Date.now() - startedAtMs) / 1_000).toFixed(0)} s; pictures in out/vscode`);
process.exitCode = failure ? 1 : 0;
