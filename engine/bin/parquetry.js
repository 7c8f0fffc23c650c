#!/usr/bin/env node
// The one file that any Node must be able to read: it finds a Node that is new enough, sees to it that a checkout is built, and
// hands over. Plain JavaScript on purpose.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** First with zstd in node:zlib. */
const OLDEST_NODE = [22, 15];

const engine = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundle = path.join(engine, 'dist', 'cli.js');

if (isTooOld(process.versions.node)) runOn(bundledNode());
else await runHere();

function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/** The binary of the npm package `node`, which the workspace brings along. */
function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const binary = path.join(path.dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Runs this very command line on another Node, and ends as it ends. */
function runOn(binary) {
  if (!binary) {
    console.error(`error parquetry needs Node ${OLDEST_NODE.join('.')} or newer, this is ${process.versions.node}`);
    console.error('  hint: install a newer Node, or the npm package `node` beside parquetry.');
    process.exitCode = 2;
    return;
  }
  const child = spawn(binary, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C in a terminal reaches the whole group: passing it on would make it a second one, which means "at once".
  const isTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  // On Windows all of them reach the child by themselves, and to pass one on would be to kill it.
  const isWindows = process.platform === 'win32';
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', ...(isWindows ? ['SIGBREAK'] : [])]) {
    process.on(signal, () => {
      if (!isWindows && (signal !== 'SIGINT' || !isTerminal)) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`error ${binary} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 1;
    else endBySignal(signal);
  });
}

/** Ends as the child did, so that a shell or supervisor sees the signal. */
function endBySignal(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

async function runHere() {
  const script = path.join(engine, '..', 'esbuild.mjs');
  if (existsSync(script) && isStale(path.join(engine, 'src')) && !build(script)) return;
  keepCompiledCode();
  const { runCli } = await import(pathToFileURL(bundle).href);
  await runCli();
}

/**
 * A third of a short run goes into compiling the bundle, in each thread again. Kept beside the bundle and not in the temporary folder
 * of all users, since it is code; where nothing can be written, there is none. Threads and child processes find it by the variable.
 */
function keepCompiledCode() {
  process.env.NODE_COMPILE_CACHE ??= path.join(engine, 'dist', 'compile-cache');
  module.enableCompileCache?.();
}

/** Only in a checkout: a published package has no sources. */
function isStale(sources) {
  if (!existsSync(sources)) return false;
  if (!existsSync(bundle)) return true;
  const builtMs = statSync(bundle).mtimeMs;
  return readdirSync(sources, { recursive: true }).some(
    (name) =>
      /\.(ts|json)$/.test(name) && !/\.test\.ts$/.test(name) && statSync(path.join(sources, name)).mtimeMs > builtMs,
  );
}

function build(script) {
  const { status } = spawnSync(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return true;
  console.error('error parquetry could not be built from this checkout');
  process.exitCode = 1;
  return false;
}
