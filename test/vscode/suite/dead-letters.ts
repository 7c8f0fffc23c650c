import * as vscode from 'vscode';
import { drive, pageShows, shot, until } from './driver.ts';
import { open, pipelineFolder, replace } from './editor.ts';

const WORKING = 'return {';
const REFUSING = "if (movie.Director === 'Zack Snyder') throw new Error('no Snyder');\n    return {";

/** A record that the code refuses, from the run that meets it until it is on its way again. */
export function registerDeadLetters(): void {
  describe('dead letters', () => {
    it('are those that a run could not deliver, beside the code that refused them', async () => {
      await change(WORKING, REFUSING);
      await vscode.commands.executeCommand('parquetry.feedSamples', pipelineFolder());
      await vscode.commands.executeCommand('parquetry.run', pipelineFolder());
      await until('letters', showLetters, 60_000);
      await vscode.commands.executeCommand('parquetry.stopRun');
      await shot('dead-letters');
    });

    it('are tried with the code as it is now', async () => {
      await click('vscode-button:has-text("Try again with the code")');
      await pageShows('It is still refused');
      await change(REFUSING, WORKING);
      await vscode.commands.executeCommand('parquetry.showDeadLetters', pipelineFolder());
      await click('vscode-button:has-text("Try again with the code")');
      await pageShows('It is kept now');
    });

    it('are sent back once that is agreed to', async () => {
      await click('.letter-actions vscode-button:has-text("Replay")');
      await click('.letter-actions vscode-button:has-text("Send 1 record back")');
      await pageShows(/1 letter replayed/, 60_000);
      await shot('replayed');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });
  });
}

async function change(from: string, to: string): Promise<void> {
  const editor = await open('transform.ts');
  await replace(editor, from, to);
  await editor.document.save();
}

/** Looks until some were written. */
async function showLetters(): Promise<boolean> {
  await vscode.commands.executeCommand('parquetry.showDeadLetters', pipelineFolder());
  const isThere = await pageShows('no Snyder', 3_000).then(
    () => true,
    () => false,
  );
  if (!isThere) await click('vscode-button:has-text("Look again")').catch(() => undefined);
  return isThere;
}

/** As soon as it is there. */
async function click(selector: string): Promise<void> {
  const clicked = () =>
    drive({ type: 'click', where: 'page', selector }).then(
      () => true,
      () => false,
    );
  await until(selector, clicked);
}
