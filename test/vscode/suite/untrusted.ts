import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, expand, pageShows, shot, textAt, until } from './driver.ts';
import { diagnosed, open, pipelineFolder, replace, revert } from './editor.ts';

/** A folder that nobody has trusted: its files are looked at, its code is not run. */
export function registerUntrusted(): void {
  describe('an untrusted workspace', () => {
    it('is not trusted', () => assert.equal(vscode.workspace.isTrusted, false));

    it('still checks and completes pipeline.yaml', async () => {
      const editor = await open('pipeline.yaml');
      await until('the extension', () => vscode.extensions.getExtension('parquetry.parquetry-vscode')!.isActive);
      await replace(editor, 'targetSize', 'tragetSize');
      await diagnosed('pipeline.yaml', /tragetSize/);
      await revert(editor);
    });

    it('runs no code of it: the preview says why, and what to do', async () => {
      void vscode.commands.executeCommand('parquetry.preview', pipelineFolder());
      await pageShows(/not trusted/i, 60_000);
      await shot('untrusted');
    });

    it('asks nobody for queues where its files say: the tree says why', async () => {
      await vscode.commands.executeCommand('parquetry.pipelines.focus');
      await expand('Queues');
      await until('why', async () => /not trusted/i.test(await textAt('.part.sidebar')));
      await shot('untrusted-tree');
    });

    it('runs it as soon as it is trusted: the preview that is open fills', async () => {
      await vscode.commands.executeCommand('workbench.trust.manage');
      const selector = '.workspace-trust-editor .monaco-button:has-text("Trust")';
      await until('the button', () =>
        drive({ type: 'click', where: 'workbench', selector }).then(
          () => true,
          () => false,
        ),
      );
      await until('trust', () => vscode.workspace.isTrusted);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await pageShows('The Land Girls', 60_000);
      await shot('trusted');
    });
  });
}
