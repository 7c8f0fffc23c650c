import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { shot, until } from './driver.ts';
import { diagnosed, hoverText, open, position, replace, revert, undiagnosed } from './editor.ts';

/** `pipeline.yaml` in the editor, without another extension. */
export function registerPipelineFile(): void {
  describe('pipeline.yaml', () => {
    it('has actions above it and above the transform', async () => {
      for (const name of ['pipeline.yaml', 'transform.ts']) {
        const { document } = await open(name);
        const lenses = await until('code lenses', async () => {
          const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
            'vscode.executeCodeLensProvider',
            document.uri,
            20,
          );
          const own = found.filter(({ command }) => command?.command.startsWith('parquetry.'));
          return own.length > 0 && own;
        });
        assert.deepEqual(
          lenses.map(({ command }) => command!.title),
          ['Preview', 'Profile', 'Plan', 'Run', 'Debug', 'Test'],
        );
      }
    });

    it('completes keys and values with what they mean', async () => {
      const editor = await open('pipeline.yaml');
      await replace(editor, 'maxAge: 1m }', 'maxAge: 1m, ma }');
      const at = position(editor.document, ', ma }', 4);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        editor.document.uri,
        at,
      );
      const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.ok(labels.includes('maxOpenPartitions') || labels.includes('maxRows'), labels.join(', '));
      await revert(editor);
    });

    it('tells on hover what a key is, and leads to its reference', async () => {
      const { document } = await open('pipeline.yaml');
      const at = position(document, 'targetSize', 3);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      assert.match(hoverText(hovers), /size/i);
      const [link, page] = /command:parquetry\.openReference\?([^)]+)/.exec(hoverText(hovers)) ?? [];
      assert.ok(link && page, hoverText(hovers));
      await vscode.commands.executeCommand('parquetry.openReference', ...JSON.parse(decodeURIComponent(page)));
      await until('the reference', () => /pipeline\.md/.test(vscode.window.tabGroups.activeTabGroup.activeTab!.label));
      await shot('reference');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });

    it('underlines a misspelt key and mends it with one click', async () => {
      const editor = await open('pipeline.yaml');
      await replace(editor, 'targetSize', 'tragetSize');
      const found = await diagnosed('pipeline.yaml', /tragetSize/);
      assert.equal(editor.document.getText(found.range), 'tragetSize');
      await shot('quick-fix');
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        editor.document.uri,
        found.range,
        vscode.CodeActionKind.QuickFix.value,
      );
      const fix = actions.find(({ edit }) => edit !== undefined);
      assert.ok(fix?.edit, 'no quick fix');
      assert.ok(await vscode.workspace.applyEdit(fix.edit));
      assert.match(editor.document.getText(), /targetSize/);
      await undiagnosed('pipeline.yaml');
      await revert(editor);
    });
  });
}
