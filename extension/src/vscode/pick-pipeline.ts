import * as vscode from 'vscode';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import type { Studio } from './studio.ts';

/**
 * The pipeline that a command is about: of what it was given (a file, a folder, something of the tree), of the file that is looked at,
 * the only one, or asked for. Undefined: nobody chose one.
 */
export async function pickPipeline({ pipelines }: Studio, given: unknown): Promise<PipelineEntry | undefined> {
  const entries = await pipelines.all();
  const folder = folderOf(given);
  const named = folder && (pipelines.at(folder) ?? pipelines.of(`${folder}/_`));
  if (named) return named;
  const active = vscode.window.activeTextEditor?.document.uri.fsPath;
  const ofActive = active === undefined ? undefined : pipelines.of(active);
  if (ofActive) return ofActive;
  if (entries.length === 1) return entries[0];
  if (entries.length === 0) {
    void offerFirst();
    return undefined;
  }
  const items = entries.map((entry) => ({
    label: entry.name,
    description: vscode.workspace.asRelativePath(entry.folder),
    entry,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which pipeline?' }))?.entry;
}

function folderOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (given instanceof vscode.Uri) return given.fsPath.replace(/[/\\][^/\\]+$/, '');
  if (typeof given === 'object' && given !== null && 'folder' in given && typeof given.folder === 'string')
    return given.folder;
  return undefined;
}

async function offerFirst(): Promise<void> {
  const what = 'There is no pipeline.yaml in this workspace.';
  const chosen = await vscode.window.showInformationMessage(what, 'New Pipeline from an Example');
  if (chosen) await vscode.commands.executeCommand('parquetry.newPipeline');
}
