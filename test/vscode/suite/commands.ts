import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { drive, shot } from './driver.ts';
import { pipelineFolder } from './editor.ts';

/** What asks for something is answered with Escape. */
const PATIENCE_MS = 300;
/** They end what other cases look at, and have cases of their own. */
const elsewhere = ['parquetry.run', 'parquetry.stopRun', 'parquetry.debugRecord'];

export function registerCommands(): void {
  describe('every command', () => {
    const manifest = vscode.extensions.getExtension('parquetry.parquetry-vscode')!.packageJSON;
    const commands: { command: string; title: string }[] = manifest.contributes.commands;

    for (const { command, title } of commands.filter((each) => !elsewhere.includes(each.command))) {
      it(`${title} runs, and says nothing of a failure`, async () => {
        const running = vscode.commands.executeCommand(command, pipelineFolder());
        for (let i = 0; i < 20; i++) {
          const isOver = await Promise.race([running.then(() => true), sleep(PATIENCE_MS, false)]);
          if (isOver) break;
          await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
          await drive({ type: 'press', key: 'Escape' });
        }
        await running;
        const expression =
          "Array.from(document.querySelectorAll('.notification-list-item:has(.codicon-error)'), (item) => item.innerText)";
        assert.deepEqual(await drive({ type: 'evaluate', where: 'workbench', expression }), []);
      });
    }

    after(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'parquetry.parquetry-vscode#start');
      await sleep(1_000);
      await shot('walkthrough');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });
}
