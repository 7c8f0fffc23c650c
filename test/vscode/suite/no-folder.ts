import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { drive, pageShows, quickPickShows, shot, textAt, until } from './driver.ts';
import { endWindow, isReloaded, reloadWindow } from './phases.ts';

/** A window without a folder, as an editor is started for the first time. */
export function registerNoFolder(): void {
  if (vscode.workspace.workspaceFolders) describe('the folder that was chosen', registerInFolder);
  else if (isReloaded()) describe('a window without a folder, reloaded', registerReloaded);
  else describe('a window without a folder', registerFirst);
}

function registerFirst(): void {
  it('shows the studio', async function () {
    await vscode.commands.executeCommand('parquetry.openStudio');
    await pageShows(/example/i, 60_000);
    await shot('no-folder');
    await reloadWindow(this, 'mainThreadWebview-parquetry.page');
  });
}

function registerReloaded(): void {
  it('shows the studio again, though nothing but its page asks for the extension', async () => {
    await pageShows(/example/i, 60_000);
  });

  it('makes an example in a folder that is chosen, and opens it', async function () {
    await drive({ type: 'click', where: 'page', selector: '.home-card:has-text("Movies")' });
    await until('a choice of folders', async () => (await textAt('.quick-input-title')).includes('Where shall'));
    await quickPickShows('..');
    await shot('choose-folder');
    // The home, as it is offered.
    const button = '.quick-input-widget .monaco-button:has-text("Make It Here")';
    await endWindow(this, () => drive({ type: 'click', where: 'workbench', selector: button }));
  });
}

function registerInFolder(): void {
  it('holds the example, with its transform beside its preview', async () => {
    await pageShows('The Land Girls', 60_000);
    const file = path.join(os.homedir(), 'movies', 'transform.ts');
    assert.deepEqual(
      vscode.window.visibleTextEditors.map(({ document }) => document.uri.fsPath).filter((shown) => shown === file),
      [file],
    );
    await shot('new-folder');
  });
}
