import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';
import { browserCommand } from './open-browser.ts';

const bin = fileURLToPath(new URL('../../bin/parquetry.js', import.meta.url));

test('it serves the pages of the package until Ctrl-C, and leaves nothing behind', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-studio-'));
  const child = spawn(process.execPath, [bin, 'studio', folder, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const { url, port } = JSON.parse(String(printed));
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{32}$/);

  const page = await (await fetch(url)).text();
  expect(page).toMatch(/<script type="module" nonce="[\w+/=]+" src="\/browser.js">/);
  for (const file of ['browser.js', 'theme.css', 'monaco/monaco.js', 'monaco/typescript-worker.js']) {
    expect((await fetch(new URL(file, url))).status, file).toBe(200);
  }

  const second = captureContext({ cwd: folder });
  expect(await main(['studio', '.', '--port', String(port)], second)).toBe(2);
  expect(second.err()).toContain(`port ${port} is taken`);

  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow();
  await rm(folder, { recursive: true });
});

test('other machines are let in only when that is said', async () => {
  const context = captureContext({ cwd: os.tmpdir() });
  expect(await main(['studio', '--host', '0.0.0.0'], context)).toBe(2);
  expect(context.err()).toContain('--host 0.0.0.0 lets other machines in');

  const interrupt = new AbortController();
  const allowed = captureContext({ cwd: os.tmpdir(), signal: interrupt.signal });
  interrupt.abort();
  expect(await main(['studio', '--host', '0.0.0.0', '--allow-remote', '--no-open'], allowed)).toBe(0);
  expect(allowed.err()).toContain('warning other machines can reach the studio');
  expect(allowed.out()).toMatch(/^Studio at http:\/\/0\.0\.0\.0:\d+\/#/);
  // No terminal, so there is nobody to open a browser for.
  expect(allowed.err()).toContain('open it in a browser; Ctrl-C ends it');
});

test('a folder that is none is told, with how to make one', async () => {
  const context = captureContext({ cwd: os.tmpdir() });
  expect(await main(['studio', 'no-such-folder'], context)).toBe(2);
  expect(context.err()).toContain('no-such-folder must be a folder');
  expect(context.err()).toContain('parquetry init');
});

test.each<[string, NodeJS.Platform, Record<string, string>, readonly string[] | undefined]>([
  ['what an editor opens pages with', 'linux', { BROWSER: '/editor/open.sh', DISPLAY: ':0' }, ['/editor/open.sh']],
  ['the desktop', 'linux', { DISPLAY: ':0' }, ['xdg-open']],
  ['the desktop of Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
  ['Windows from WSL', 'linux', { WSL_DISTRO_NAME: 'Ubuntu' }, ['xdg-open']],
  ['nothing over SSH', 'linux', {}, undefined],
  ['macOS', 'darwin', {}, ['open']],
  ['Windows', 'win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
])('the browser is opened by %s', (_what, platform, env, command) => {
  expect(browserCommand(env, platform)).toEqual(command);
});
