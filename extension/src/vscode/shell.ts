import path from 'node:path';
import * as vscode from 'vscode';
import type { Handlers } from '../../../engine/src/protocol/peer.ts';
import type { PageRoute, ShellMethods } from '../../../engine/src/protocol/shell.ts';
import { startDebugging } from './debug.ts';
import { installDuckDb } from './duckdb.ts';
import { makeInNewFolder } from './new-pipeline.ts';
import { applyEdits, showPlace } from './places.ts';
import { type Studio, workspaceRoots } from './studio.ts';

/** What any page may ask of the editor; who it is and what it keeps, its panel answers. */
export function shellHandlers(studio: Studio, show: (route: PageRoute) => void): Handlers<ShellMethods> {
  return {
    'shell.open': ({ route }) => show(route),
    'shell.reveal': ({ place }) => showPlace(place),
    'shell.edit': async ({ edits }) => ({ isApplied: await applyEdits(edits) }),
    'shell.debug': ({ folder, ...what }) => startDebugging(folder, what),
    'shell.installDuckDb': async () => {
      await installDuckDb();
      await studio.introduce();
    },
    'shell.makePipeline': ({ from }) => makeInNewFolder(studio, from),
    'shell.copy': async ({ text }) => await vscode.env.clipboard.writeText(text),
    'shell.pickSave': async ({ name }) => {
      const folder = workspaceRoots()[0] ?? path.dirname(studio.context.globalStorageUri.fsPath);
      const picked = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.file(path.join(folder, name)) });
      if (!picked) return undefined;
      await studio.allow(picked.fsPath);
      return { file: picked.fsPath };
    },
  };
}
