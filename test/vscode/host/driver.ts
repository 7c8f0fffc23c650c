import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Frame, Locator, Page } from 'playwright-core';

/** What the suite, which runs inside of the extension host, asks of the browser around it. */
export type DriverRequest =
  | { readonly type: 'shot'; readonly name: string }
  /** Texts of the studio's pages that are visible. */
  | { readonly type: 'pages' }
  /** Evaluates an expression in the workbench, or in the first page for which it is not undefined. */
  | { readonly type: 'evaluate'; readonly where: 'workbench' | 'page'; readonly expression: string }
  /** Gives a field of a page its text. */
  | { readonly type: 'fill'; readonly selector: string; readonly text: string }
  | { readonly type: 'press'; readonly key: string }
  /** As F5 does: the extension host ends, and the suite begins anew in the next one. */
  | { readonly type: 'reload' }
  | { readonly type: 'write'; readonly text: string }
  | { readonly type: 'click'; readonly where: 'workbench' | 'page'; readonly selector: string };

export interface Driver extends AsyncDisposable {
  readonly url: string;
  /** The workbench that is driven from now on. */
  drive(page: Page): void;
}

/** Answers on 127.0.0.1: POST a request as JSON, get `{ value }` or `{ error }`. Pictures go to `shots`. */
export async function startDriver(shots: string): Promise<Driver> {
  let page: Page | undefined;
  const server = createServer(async (request, response) => {
    const answer = await act(page, JSON.parse(await text(request)), shots).then(
      (value) => ({ value }),
      (error) => ({ error: String(error) }),
    );
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    drive: (given) => {
      page = given;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function act(page: Page | undefined, request: DriverRequest, shots: string): Promise<unknown> {
  if (!page) throw new Error('no workbench is open');
  switch (request.type) {
    case 'shot':
      return void (await page.screenshot({ path: path.join(shots, `${request.name}.png`) }));
    case 'pages':
      return await Promise.all((await pagesOf(page)).map(textOf));
    case 'evaluate':
      return await evaluate(page, request);
    case 'press':
      return await page.keyboard.press(request.key);
    case 'reload':
      return void (await page.reload());
    case 'write':
      return await page.keyboard.type(request.text);
    case 'click':
      return await (await visible(page, request.where, request.selector)).click({ timeout: 20_000 });
    case 'fill':
      return await (await visible(page, 'page', request.selector)).fill(request.text, { timeout: 20_000 });
  }
}

/** Empty where the page went away meanwhile. */
function textOf(frame: Frame): Promise<string> {
  return frame.evaluate(() => document.body.innerText).catch(() => '');
}

/** Frames of webviews that show the studio's app. */
async function pagesOf(page: Page): Promise<Frame[]> {
  const isOurs = (frame: Frame) =>
    frame.evaluate(() => document.getElementById('app') !== null && innerWidth > 0).catch(() => false);
  const frames = page.frames();
  const ours = await Promise.all(frames.map(isOurs));
  return frames.filter((_, i) => ours[i]);
}

async function evaluate(page: Page, { where, expression }: Extract<DriverRequest, { type: 'evaluate' }>) {
  if (where === 'workbench') return await page.evaluate(expression);
  for (const frame of await pagesOf(page)) {
    const value = await frame.evaluate(expression).catch(() => undefined);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** The first that matches and is visible, in the workbench or in any of the studio's pages. */
async function visible(page: Page, where: 'workbench' | 'page', selector: string): Promise<Locator> {
  const frames = where === 'workbench' ? [page.mainFrame()] : await pagesOf(page);
  for (const frame of frames) {
    const found = frame.locator(selector).first();
    if (await found.isVisible()) return found;
  }
  throw new Error(`nothing that is visible matches ${selector}`);
}
