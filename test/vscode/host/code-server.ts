import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * VS Code without a download page: the npm package `code-server` carries Microsoft's VS Code, built as a server whose extension host
 * is a Node process and whose workbench any Chromium shows. Its version 4.x is VS Code 1.x.
 */
export const CODE_SERVER_VERSION = '4.139.1';

export interface CodeServer {
  /** Of VS Code's own server, with `out/server-main.js`. */
  readonly root: string;
  /** The Node it runs on. */
  readonly node: string;
  /** Of VS Code, such as 1.139.1. */
  readonly version: string;
}

/** The server of a folder; undefined where there is none yet, or another than the wanted version of code-server. */
export function findCodeServer(folder: string, wanted?: string): CodeServer | undefined {
  const root = rootOf(folder);
  const node = path.join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (!existsSync(path.join(root, 'node_modules')) || !existsSync(node)) return undefined;
  const versionIn = (place: string): string =>
    JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')).version;
  if (wanted !== undefined && versionIn(path.dirname(path.dirname(root))) !== wanted) return undefined;
  return { root, node, version: versionIn(root) };
}

/** Installs it from npm, without a compiler: about 400 MB, two minutes. Only Linux and macOS have the Node package it needs. */
export async function installCodeServer(folder: string, version: string = CODE_SERVER_VERSION): Promise<CodeServer> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "name": "vscode-host", "private": true }');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await npm(folder, ['install', ...flags, `code-server@${version}`]);
  const root = rootOf(folder);
  await npm(folder, ['install', ...flags, await nodeFor(path.dirname(path.dirname(root)))]);
  await npm(root, ['install', '--omit=dev', '--no-save', ...flags]);
  await npm(path.join(root, 'extensions'), ['install', '--omit=dev', '--no-save', ...flags]);
  await installSearch(folder, flags);
  const found = findCodeServer(folder, version);
  if (!found) throw new Error(`code-server ${version} was installed to ${folder}, but is not where it is looked for`);
  await promisify(execFile)(found.node, ['postinstall.mjs'], { cwd: path.join(root, 'extensions') });
  // Extensions that sign in somewhere have no place in a test.
  for (const name of ['copilot', 'microsoft-authentication', 'github-authentication']) {
    await rm(path.join(root, 'extensions', name), { recursive: true, force: true });
  }
  return found;
}

function rootOf(folder: string): string {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

/** VS Code's modules are built for one major version of Node: the one that code-server names. */
async function nodeFor(codeServer: string): Promise<string> {
  const { engines } = JSON.parse(await readFile(path.join(codeServer, 'package.json'), 'utf8'));
  return `node-${process.platform}-${process.arch}@${engines.node}`;
}

/** Before 1.110, VS Code's search is fetched from elsewhere by a script of its package; npm has it in another one. */
async function installSearch(folder: string, flags: readonly string[]): Promise<void> {
  const place = path.join(rootOf(folder), 'node_modules', '@vscode', 'ripgrep');
  if (!existsSync(place)) return;
  await npm(folder, ['install', ...flags, '@vscode/ripgrep-universal']);
  const universal = path.join(folder, 'node_modules', '@vscode', 'ripgrep-universal', 'bin');
  await cp(path.join(universal, `${process.platform}-${process.arch}`), path.join(place, 'bin'), { recursive: true });
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const child = spawn('npm', args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}`);
}
