import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { PageRoute } from '../../engine/src/protocol/shell.ts';
import { hashOf } from '../../webview/src/browser/location.ts';
import { chromiumFlags, findChromium } from './chromium.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const pictures = path.join(root, 'out', 'browser');

/** For what has to come: a busy machine takes seconds. */
const PATIENCE_MS = 40_000;

export type Theme = 'light' | 'dark' | 'hc-dark' | 'hc-light';

/** A browser that shows a studio over a copy of the examples, in a temporary folder. */
export interface StudioBrowser extends AsyncDisposable {
  /** The folder that the studio has open; `folder/movies` is a pipeline. */
  readonly folder: string;
  readonly page: Page;
  /** Process id of `parquetry studio`. */
  readonly pid: number;
  /** Ends the server and starts another one at its port, with another secret. */
  restart(): Promise<void>;
  /** Ends the process of the engine behind the server. */
  killEngine(): Promise<void>;
  /** What the page said on its console, as errors and warnings, and what it threw. */
  readonly problems: readonly string[];
  /** Shows a page of the studio; `file` is in the editor beside it. */
  show(route: PageRoute, file?: string): Promise<void>;
  /** As if the system had it. */
  theme(theme: Theme): Promise<void>;
  /** Keeps a picture as `out/browser/<name>.png`. */
  picture(name: string): Promise<string>;
}

export interface StudioBrowserOptions {
  /** Default: those in `examples/` that need nothing but themselves. */
  readonly examples?: readonly string[];
  /** Default: 1280 × 800. */
  readonly size?: { readonly width: number; readonly height: number };
}

export async function openStudio(options: StudioBrowserOptions = {}): Promise<StudioBrowser> {
  const { examples = ['flights', 'movies'], size = { width: 1280, height: 800 } } = options;
  const temporary = await realpath(await mkdtemp(path.join(os.tmpdir(), 'parquetry-browser-')));
  const folder = path.join(temporary, 'pipelines');
  for (const name of examples)
    await cp(path.join(root, 'examples', name), path.join(folder, name), { recursive: true });
  await mkdir(folder, { recursive: true });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  let server = await serve(folder);
  cleanup.defer(() => server.stop());
  const context = await chromium.launchPersistentContext(path.join(temporary, 'profile'), {
    executablePath: findChromium(),
    args: chromiumFlags,
    viewport: size,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  cleanup.defer(() => context.close());
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(PATIENCE_MS);
  const problems = listen(page);
  await page.goto(server.url);
  await page.locator('#app').waitFor();
  const resources = cleanup.move();
  return {
    folder,
    page,
    get pid() {
      return server.pid;
    },
    problems,
    async show(route, file) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, hashOf({ route, file }));
    },
    theme: (theme) =>
      page.emulateMedia({
        colorScheme: theme.endsWith('dark') ? 'dark' : 'light',
        contrast: theme.startsWith('hc-') ? 'more' : 'no-preference',
      }),
    async restart() {
      await server.stop();
      server = await serve(folder, new URL(server.url).port);
    },
    killEngine: () => killChildren(server.pid),
    async picture(name) {
      await mkdir(pictures, { recursive: true });
      const file = path.join(pictures, `${name}.png`);
      await page.screenshot({ path: file });
      return file;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Served {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function serve(folder: string, port = '0'): Promise<Served> {
  // The bundle as it was built, not built once more: others may be at the sources.
  const cli = path.join(import.meta.dirname, 'built-cli.ts');
  const child = spawn(process.execPath, [cli, 'studio', folder, '--json', '--no-open', '--port', port], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PARQUETRY_EMBEDDED_ENDPOINT: undefined },
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      output += text;
      const found = /"url": "([^"]+)"/.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    child.once('exit', () => reject(new Error(`parquetry studio ended:\n${output}`)));
  });
  return {
    url,
    pid: child.pid!,
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function listen(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`thrown: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  return problems;
}

/** By what the system says of a process's children; Linux and macOS. */
async function killChildren(parent: number): Promise<void> {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  for (const line of listed.trim().split('\n')) {
    const [pid, of] = line.trim().split(/\s+/).map(Number);
    if (of === parent) process.kill(pid!, 'SIGKILL');
  }
}
