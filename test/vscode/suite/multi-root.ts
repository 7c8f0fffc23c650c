import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { drive, pageShows, quickPickShows, shot, textAt, until } from './driver.ts';
import { isReloaded, reloadWindow } from './phases.ts';

const rootUri = (i: number, ...names: string[]) =>
  vscode.Uri.joinPath(vscode.workspace.workspaceFolders![i]!.uri, ...names);

const openTransform = (i: number, pipeline: string) =>
  vscode.window.showTextDocument(rootUri(i, pipeline, 'transform.ts'), { viewColumn: vscode.ViewColumn.One });

/** A workspace of two folders, a pipeline in each; then its window is reloaded. */
export function registerMultiRoot(): void {
  if (isReloaded()) describe('a window that was reloaded', registerAfter);
  else describe('a workspace of two folders', registerBefore);
}

function registerBefore(): void {
  it('lists the pipelines of both', async () => {
    await vscode.commands.executeCommand('parquetry.pipelines.focus');
    await until('both pipelines', async () => /movies[\s\S]*flights/.test(await textAt('.part.sidebar')), 60_000);
  });

  it('asks in which of them a new pipeline is to lie', async () => {
    void vscode.commands.executeCommand('parquetry.newPipeline');
    for (const choice of ['Clicks', 'two']) {
      await quickPickShows(choice);
      await drive({ type: 'write', text: choice });
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    }
    await pageShows(/clicks/, 60_000);
    assert.ok(existsSync(rootUri(1, 'clicks', 'transform.ts').fsPath));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(rootUri(1, 'clicks'), { recursive: true });
  });

  it('previews the pipeline of the second, and follows the editor to the first', async () => {
    await openTransform(1, 'flights');
    await vscode.commands.executeCommand('parquetry.preview', rootUri(1, 'flights').fsPath);
    await pageShows(/flights[\s\S]*distance/, 60_000);
    await shot('multi-root');
    await openTransform(0, 'movies');
    await pageShows('The Land Girls', 60_000);
    await openTransform(1, 'flights');
    await pageShows(/flights[\s\S]*distance/, 60_000);
  });

  it('is reloaded with a preview beside a Parquet file', async function () {
    await vscode.commands.executeCommand('vscode.openWith', rootUri(0, 'some.parquet'), 'parquetry.parquet', {
      viewColumn: vscode.ViewColumn.One,
    });
    await pageShows('Longyearbyen', 60_000);
    await reloadWindow(this, 'some.parquet', 'mainThreadWebview-parquetry.page');
  });
}

function registerAfter(): void {
  it('shows both again, as they were', async () => {
    await pageShows('Longyearbyen', 60_000);
    await pageShows(/flights[\s\S]*distance/, 60_000);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    assert.deepEqual(
      tabs.filter((label) => /some|Preview/.test(label)),
      [path.basename('some.parquet'), 'Preview: flights'],
    );
    await shot('reloaded');
  });
}
