import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { CodeServer } from './code-server.ts';
import type { Driver } from './driver.ts';
import type { SuiteRun } from './suite-run.ts';
import { startServer } from './vscode-server.ts';

interface BrowserRun extends SuiteRun {
  readonly host: CodeServer;
  readonly chromium: string;
  readonly driver: Driver;
  readonly timeoutMs: number;
}

/** As people see it in the marketplace. */
const pictureSettings = {
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.activityBar.location': 'hidden',
  'editor.fontSize': 13,
};

/** Lines of the workbench's own console, which comes through the same function as the suite's. */
const noise =
  /^(Resolv(ing|ed) connection token|Creating a socket|\[Service Worker\]|Ignoring fetching|Updating additional builtin|ChatSessionStore|\[\w+|Error: Could not locate the bindings|Cannot find module '\.\/build\/Release)/;

/** Runs a suite in a real VS Code whose workbench a headless Chromium shows. Resolves with what went wrong; undefined: nothing. */
export async function runInBrowser(run: BrowserRun): Promise<string | undefined> {
  const env = { ...run.env, PARQUETRY_DRIVER: run.driver.url };
  await using server = await startServer({ ...run, settings: run.env.PARQUETRY_PICTURES ? pictureSettings : {}, env });
  const browser = await launch(run);
  try {
    const page = browser.pages()[0] ?? (await browser.newPage());
    const over = Promise.withResolvers<string | undefined>();
    await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
      const line = format(...args);
      if (!noise.test(line)) (type === 'error' ? process.stderr : process.stdout).write(`${line}\n`);
    });
    await page.exposeFunction('codeAutomationExit', () => over.resolve(undefined));
    page.on('crash', () => over.resolve('the page crashed'));
    server.process.once('exit', (code) => over.resolve(`the server ended with ${code}`));
    const late = setTimeout(() => over.resolve(`no result in ${run.timeoutMs / 1_000} s`), run.timeoutMs);
    run.driver.drive(page);
    const url = workbenchUrl(run, server.port);
    await keepTests(page, url);
    await page.goto(url);
    const why = await over.promise;
    clearTimeout(late);
    return why ?? (await readOutcome(run.outcome));
  } finally {
    await browser.close();
  }
}

function launch({ chromium: executablePath, profile }: BrowserRun): Promise<BrowserContext> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-background-networking',
  ];
  return chromium.launchPersistentContext(path.join(profile, 'chromium'), {
    executablePath,
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    args,
  });
}

/** A workbench that opens another folder forgets what was tested: it is told again, and the suite goes on there. */
async function keepTests(page: Page, first: string): Promise<void> {
  const payload = new URL(first).searchParams.get('payload')!;
  await page.route(
    (url) => url.pathname === '/',
    async (route) => {
      const url = new URL(route.request().url());
      if (url.searchParams.get('payload')?.includes('extensionTestsPath')) return await route.continue();
      url.searchParams.set('payload', payload);
      await route.fulfill({ status: 302, headers: { location: url.href } });
    },
  );
}

function workbenchUrl({ workspace, developed, suite }: BrowserRun, port: number): string {
  const remote = (file: string) => `vscode-remote://localhost:${port}${file}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ['extensionDevelopmentPath', remote(developed)],
    ['extensionTestsPath', remote(suite)],
  ];
  const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const opened: Record<string, string> = workspace === '' ? { ew: 'true' } : { [kind]: workspace };
  const query = new URLSearchParams({ ...opened, payload: JSON.stringify(payload) });
  return `http://localhost:${port}/?${query}`;
}

async function readOutcome(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return 'the extension host ended before the suite did';
  const { ok, message } = JSON.parse(text) as { ok: boolean; message?: string };
  return ok ? undefined : message;
}
