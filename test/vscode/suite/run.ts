import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { drive, pageShows, shot, textAt, until } from './driver.ts';
import { open, pipelineFolder, pipelineUri, replace } from './editor.ts';

const notifications = '.notifications-center';

/** From a run on the embedded AWS to a Parquet file on the screen; tests. */
export function registerRun(): void {
  describe('run', () => {
    it('runs on the embedded AWS and writes Parquet', async () => {
      const editor = await open('pipeline.yaml');
      await replace(editor, 'maxAge: 1m', 'maxAge: 2s');
      await editor.document.save();
      await vscode.commands.executeCommand('parquetry.run', pipelineFolder());
      await until('a run that receives', async () => (await badge()) === 'running', 60_000);
      await vscode.commands.executeCommand('parquetry.runs.focus');
      await until('it in the view', async () => /movies\s*local · running/.test(await textAt('.part.sidebar')));
      await vscode.commands.executeCommand('parquetry.feedSamples', pipelineFolder());
      await pageShows(/\.parquet/, 60_000);
      await shot('run');
    });

    it('opens a written object from the account', async () => {
      await vscode.commands.executeCommand('parquetry.pipelines.focus');
      for (const label of ['Queues', 'Buckets']) {
        await until(label, () =>
          drive({ type: 'click', where: 'workbench', selector: `.monaco-list-row:has-text("${label}")` }).then(
            () => true,
            () => false,
          ),
        );
      }
      await until('the depth of the queue', async () => /movies\s*\d+ waiting/.test(await textAt('.part.sidebar')));
      await shot('views');
      const objects = await until('objects of the bucket', () => parquetFiles().length > 0 && parquetFiles());
      await vscode.commands.executeCommand('parquetry.openS3Object', {
        uri: objects[0]!.uri,
        folder: pipelineFolder(),
      });
      await pageShows(/title/, 60_000);
      await shot('s3-object');
    });

    it('goes on with what its page began, though another editor is in its place', async () => {
      await vscode.commands.executeCommand('parquetry.showRun');
      await pageShows(/records, at/);
      await fill('Records', '300');
      await fill('Records a second', '50');
      await drive({ type: 'click', where: 'page', selector: '.run-feed vscode-button:has-text("Feed")' });
      await pageShows(/\d+ of 300 records sent/);
      const viewColumn = vscode.window.tabGroups.activeTabGroup.viewColumn;
      await vscode.window.showTextDocument(pipelineUri('pipeline.yaml'), { viewColumn });
      await vscode.commands.executeCommand('notifications.showList');
      await until('how far it is', async () => (await textAt(notifications)).includes('Sending samples'));
      await shot('left-work');
      await until('its end', async () => (await textAt(notifications)).includes('300 records of the samples sent'));
      await vscode.commands.executeCommand('notifications.clearAll');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });

    it('stops with drain', async () => {
      await vscode.commands.executeCommand('parquetry.stopRun');
      await vscode.commands.executeCommand('parquetry.showRun');
      await until('a run that ended', async () => (await badge()) === 'ended', 60_000);
      await vscode.commands.executeCommand('parquetry.runs.focus');
      await until('it in the view', async () => /movies\s*local · ended/.test(await textAt('.part.sidebar')));
    });

    it('is started again by its page, and in the view without being asked', async () => {
      await vscode.commands.executeCommand('parquetry.showRun');
      await pageShows('Run again');
      await drive({ type: 'click', where: 'page', selector: 'vscode-button:has-text("Run again")' });
      await until('two in the view', async () => {
        return /local · running[\s\S]*local · ended/.test(await textAt('.part.sidebar'));
      });
      await vscode.commands.executeCommand('parquetry.stopRun');
      await until('two that ended', async () => {
        return /local · ended[\s\S]*local · ended/.test(await textAt('.part.sidebar'));
      });
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });

    it('opens a Parquet file from anywhere as an editor of its own', async function () {
      if (parquetFiles().length === 0) this.skip();
      const { file } = parquetFiles()[0]!;
      const copy = vscode.Uri.file(path.join(os.tmpdir(), 'beside the folders.parquet'));
      await vscode.workspace.fs.copy(vscode.Uri.file(file), copy, { overwrite: true });
      await vscode.commands.executeCommand('vscode.open', copy);
      await until(
        'the viewer',
        () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputCustom,
      );
      await pageShows(/title/, 60_000);
      await shot('parquet');
    });
  });

  describe('tests', () => {
    it('are saved from the record that is chosen in the preview', async () => {
      await vscode.commands.executeCommand('parquetry.preview', pipelineFolder());
      await pageShows('The Land Girls');
      await drive({ type: 'click', where: 'page', selector: '.grid-cell:has-text("Slam")' });
      await drive({ type: 'click', where: 'page', selector: 'vscode-button:has-text("Save as a test")' });
      await drive({ type: 'click', where: 'page', selector: 'vscode-button:text-is("Save")' });
      const document = await until('the edited test file', () => {
        return vscode.workspace.textDocuments.find(({ uri, isDirty }) => isDirty && uri.path.endsWith('.test.yaml'));
      });
      assert.match(document.getText(), /title: Slam/);
      await shot('saved-test');
      await document.save();
    });

    it('run in the Test Explorer, with a diff of what differs', async () => {
      const editor = await open('transform.test.yaml');
      await replace(editor, 'title: "1776"', 'title: "1777"');
      await editor.document.save();
      await vscode.commands.executeCommand('workbench.view.extension.test');
      await until('the cases', async () => (await textAt('.test-explorer')).includes('movies'));
      using other = testsOfAnother();
      await vscode.commands.executeCommand('parquetry.runTests', pipelineFolder());
      await until('three of four', async () => (await textAt('.test-explorer')).includes('3/4'), 60_000);
      assert.equal(other.runs, 0, 'tests of another extension were run');
      await shot('tests');
      await replace(editor, 'title: "1777"', 'title: "1776"');
      await editor.document.save();
      await vscode.commands.executeCommand('testing.closeTests').then(undefined, () => undefined);
    });
  });
}

/** How a run stands, of the page that shows one. */
async function badge(): Promise<unknown> {
  const expression = `Array.from(document.querySelectorAll('[aria-label="Run"] .badge')).at(-1)?.innerText`;
  return await drive({ type: 'evaluate', where: 'page', expression });
}

async function fill(label: string, text: string): Promise<void> {
  await drive({ type: 'fill', selector: `.run-feed input[aria-label="${label}"]`, text });
}

/** What the embedded S3 keeps, as objects and as files. */
function parquetFiles(): { uri: string; file: string }[] {
  const root = os.tmpdir(); // of the profile
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'));
  return names.map((name) => {
    const [bucket, key] = /([^/\\]+)[/\\]by-key[/\\](.*)$/.exec(name)!.slice(1) as [string, string];
    return { uri: `s3://${bucket}/${key.replaceAll('\\', '/')}`, file: path.join(root, name) };
  });
}

/** A test as Jest or pytest would have one. */
function testsOfAnother(): { runs: number; [Symbol.dispose](): void } {
  const controller = vscode.tests.createTestController('another', 'Another');
  const counted = { runs: 0, [Symbol.dispose]: () => controller.dispose() };
  controller.items.add(controller.createTestItem('its', 'its only test'));
  const run = () => {
    counted.runs++;
  };
  controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, run, true);
  return counted;
}
