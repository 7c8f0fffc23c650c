import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { CodeServer } from './code-server.ts';

/** Settings: nothing that asks, greets, updates or reports. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'files.hotExit': 'off',
  'files.autoSave': 'off', // as on a desktop: in a browser it is on
  'editor.minimap.enabled': false,
};

export interface VsCodeServer extends AsyncDisposable {
  readonly port: number;
  readonly process: ChildProcess;
  /** The last lines it printed. */
  log(): string;
}

export interface ServerOptions {
  readonly host: CodeServer;
  /** A fresh profile: settings, extensions and state lie below. */
  readonly profile: string;
  readonly vsix: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** Untrusted: folders ask to be trusted first, as they do for people. */
  readonly isTrusted: boolean;
}

/** Installs the extension into the profile as a user would, then starts VS Code's server. */
export async function startServer(options: ServerOptions): Promise<VsCodeServer> {
  const { host, profile, settings } = options;
  const user = path.join(profile, 'data', 'User');
  await mkdir(user, { recursive: true });
  const trust = { 'security.workspace.trust.enabled': !options.isTrusted };
  await writeFile(path.join(user, 'settings.json'), JSON.stringify({ ...quietSettings, ...trust, ...settings }));
  const env = await environment(options);
  const main = path.join(host.root, 'out', 'server-main.js');
  const folders = ['--server-data-dir', profile, '--extensions-dir', path.join(profile, 'extensions')];
  await promisify(execFile)(host.node, [main, ...folders, '--install-extension', options.vsix], { env });
  const flags = ['--without-connection-token', '--accept-server-license-terms', '--disable-telemetry'];
  const data = ['--user-data-dir', path.join(profile, 'data'), '--enable-smoke-test-driver'];
  const trusted = options.isTrusted ? ['--disable-workspace-trust'] : [];
  const args = [main, '--host', '127.0.0.1', '--port', '0', ...flags, ...folders, ...data, ...trusted];
  // A group of its own, so that extension hosts and what they started end with it.
  const child = spawn(host.node, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  return await started(child);
}

async function environment({ profile, env }: ServerOptions): Promise<NodeJS.ProcessEnv> {
  const tmp = path.join(profile, 'tmp');
  await mkdir(tmp, { recursive: true });
  const clean = { ...process.env };
  for (const key of ['CODE_SERVER_PARENT_PID', 'VSCODE_IPC_HOOK_CLI', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS'])
    delete clean[key];
  return { EXTENSIONS_GALLERY: '{}', ...clean, TMPDIR: tmp, ...env };
}

async function started(child: ChildProcess): Promise<VsCodeServer> {
  let tail = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`VS Code's server ended with ${code}:\n${tail}`)));
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        tail = `${tail}${line}\n`.slice(-8_000);
        const listening = /Extension host agent listening on (\d+)/.exec(line);
        if (listening) resolve(Number(listening[1]));
      });
    }
  });
  return { port, process: child, log: () => tail, [Symbol.asyncDispose]: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const late = setTimeout(() => killGroup(child, 'SIGKILL'), 5_000);
    killGroup(child, 'SIGTERM');
    await ended;
    clearTimeout(late);
  }
  killGroup(child, 'SIGKILL');
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid!, signal);
  } catch {
    // nobody is left
  }
}
