import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, expand, quickPickShows, shot, textAt, until } from './driver.ts';
import { open, pipelineFolder, replace } from './editor.ts';

const LOCAL = 'local: { aws: embedded }';
const EXPIRED = 'expired: { aws: { profile: expired } }';
const list = '.notifications-center';
const item = `${list} .notification-list-item`;

/** An account whose login is of yore: its profile and token are files as `aws sso login` leaves them. */
export function registerLogin(): void {
  describe('a login that has expired', () => {
    it('is one notification, however much fails for it, and renewed by its button', async () => {
      const editor = await open('pipeline.yaml');
      await replace(editor, LOCAL, `${LOCAL}\n  ${EXPIRED}`);
      await editor.document.save();
      await vscode.commands.executeCommand('parquetry.refresh');
      void vscode.commands.executeCommand('parquetry.selectEnvironment', pipelineFolder());
      await quickPickShows('expired');
      await drive({ type: 'write', text: 'expired' });
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');

      await vscode.commands.executeCommand('notifications.clearAll');

      // The tree asks for its queues and buckets, and a command fails for the same reason.
      await vscode.commands.executeCommand('parquetry.pipelines.focus');
      await expand('Queues');
      await expand('Buckets');
      await vscode.commands.executeCommand('parquetry.takeSamples', { folder: pipelineFolder(), queue: 'movies' });
      await until('the notification', async () => {
        await vscode.commands.executeCommand('notifications.showList'); // a toast goes after a while
        return (await textAt(list)).includes('aws sso login');
      });
      await shot('expired-login');
      // Others may tell of something else meanwhile: of what a page left, for one.
      const count = `Array.from(document.querySelectorAll('${item}')).filter(({ innerText }) => innerText.includes('expired')).length`;
      assert.equal(await drive({ type: 'evaluate', where: 'workbench', expression: count }), 1);
      assert.match(await textAt(list), /--profile expired/);

      await drive({ type: 'click', where: 'workbench', selector: `${item} .monaco-button:has-text("Sign In")` });
      const terminal = await until('the terminal', () =>
        vscode.window.terminals.find(({ name }) => name === 'AWS sign in'),
      );
      terminal.dispose();
      await replace(editor, `\n  ${EXPIRED}`, '');
      await editor.document.save();
      await vscode.commands.executeCommand('parquetry.refresh');
      await vscode.commands.executeCommand('notifications.clearAll');
    });
  });
}
