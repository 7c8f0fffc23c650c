import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, pageShows, shot, until } from './driver.ts';
import { open, pipelineFolder, position } from './editor.ts';

/** Breakpoints in `transform.ts`, at a record of the samples. */
export function registerDebug(): void {
  describe('debug', () => {
    it('stops on a breakpoint of the transform, at the record that was asked for', async () => {
      await stopsAt(/I Married a Strange Person/, () => {
        void vscode.commands.executeCommand('parquetry.debugRecord', { folder: pipelineFolder(), record: 2 });
      });
    });

    it('stops at the record that is chosen in the preview, by the button there', async () => {
      await vscode.commands.executeCommand('parquetry.preview', pipelineFolder());
      await pageShows('The Land Girls');
      await stopsAt(/Slam/, async () => {
        await drive({ type: 'click', where: 'page', selector: '.grid-cell:has-text("Slam")' });
        await drive({ type: 'click', where: 'page', selector: 'button[aria-label^="Debug record"]' });
      });
    });
  });
}

/** Debugs with a breakpoint in the transform, and looks at the record that it stops with. */
async function stopsAt(title: RegExp, start: () => unknown): Promise<void> {
  const { document } = await open('transform.ts');
  const line = position(document, 'title: String(movie.Title)').line;
  const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(line, 0)));
  vscode.debug.addBreakpoints([breakpoint]);
  // Not `activeDebugSession`: the extension host may miss that there is none any more.
  const sessions = new Set<string>();
  const listening = vscode.Disposable.from(
    vscode.debug.onDidStartDebugSession(({ id }) => sessions.add(id)),
    vscode.debug.onDidTerminateDebugSession(({ id }) => sessions.delete(id)),
  );
  await start();
  const stopped = () => {
    const item = vscode.debug.activeStackItem;
    return item instanceof vscode.DebugStackFrame && item;
  };
  const { session, frameId } = await until('a stop', stopped, 60_000);
  const asked = { expression: 'movie.Title', frameId, context: 'watch' };
  assert.match(String((await session.customRequest('evaluate', asked)).result), title);
  await shot('debug');
  vscode.debug.removeBreakpoints([breakpoint]);
  await vscode.commands.executeCommand('workbench.action.debug.continue');
  await until('no session', () => sessions.size === 0);
  listening.dispose();
}
