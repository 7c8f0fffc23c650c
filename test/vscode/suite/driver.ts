import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DriverRequest } from '../host/driver.ts';

/** Whether something shows the workbench that can be asked: not under Electron. */
export const hasDriver = process.env.PARQUETRY_DRIVER !== undefined;

let current: Mocha.Test | undefined;

/** Says which case runs, so that it can be skipped where it asks for what nobody shows. */
export function setCurrentCase(test: Mocha.Test | undefined): void {
  current = test;
}

/** Asks the browser around the workbench. Without one the case is skipped, by its name. */
export async function drive(request: DriverRequest): Promise<unknown> {
  if (!hasDriver) {
    console.log(`skipped: ${current?.fullTitle()}: nothing drives this workbench`);
    current?.skip();
  }
  const response = await fetch(process.env.PARQUETRY_DRIVER!, { method: 'POST', body: JSON.stringify(request) });
  const { value, error } = (await response.json()) as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
}

/** Awaits what is true sooner or later; fails with what it was told. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  timeoutMs = 45_000,
): Promise<Value> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1_000} s`);
    await sleep(100);
  }
}

/** Awaits a page of the studio that shows a text; gives all of what it shows. */
export async function pageShows(text: string | RegExp, timeoutMs = 60_000): Promise<string> {
  let last: string[] = [];
  try {
    return await until(
      `a page that shows ${text}`,
      async () => {
        last = (await drive({ type: 'pages' })) as string[];
        return last.find((page) => (typeof text === 'string' ? page.includes(text) : text.test(page)));
      },
      timeoutMs,
    );
  } catch (error) {
    if (!hasDriver) throw error;
    throw new Error(
      `${(error as Error).message}; pages show:\n${last.map((page) => page.replaceAll('\n', ' ').slice(0, 600)).join('\n---\n')}`,
    );
  }
}

/** Awaits a list to choose from that has an entry. */
export async function quickPickShows(text: string): Promise<void> {
  const expression = "document.querySelector('.quick-input-list')?.innerText";
  await until(`a choice of ${text}`, async () =>
    ((await drive({ type: 'evaluate', where: 'workbench', expression })) as string | undefined)?.includes(text),
  );
}

/** Text of the first thing in the workbench that matches; empty where nothing does. */
export async function textAt(selector: string): Promise<string> {
  const expression = `document.querySelector('${selector}')?.innerText ?? ''`;
  return String(await drive({ type: 'evaluate', where: 'workbench', expression }));
}

/** A picture of the workbench, for people to look at. */
export async function shot(name: string): Promise<void> {
  if (!hasDriver) return;
  if (process.env.PARQUETRY_PICTURES && !/^(new-pipeline|views|tests|debug|failed)/.test(name))
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
  await sleep(400); // animations end
  await drive({ type: 'shot', name });
}

/** Opens a row of the tree, which may be drawn anew meanwhile, or be open already. */
export async function expand(label: string): Promise<void> {
  const expression = `Array.from(document.querySelectorAll('.part.sidebar .monaco-list-row')).find((row) => row.innerText.trim() === '${label}')?.getAttribute('aria-expanded')`;
  await until(`${label} to be open`, async () => {
    const isExpanded = await drive({ type: 'evaluate', where: 'workbench', expression });
    const selector = `.part.sidebar .monaco-list-row:has-text("${label}")`;
    if (isExpanded === 'false') await drive({ type: 'click', where: 'workbench', selector }).catch(() => undefined);
    return isExpanded === 'true';
  });
}
