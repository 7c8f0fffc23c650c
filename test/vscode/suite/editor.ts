import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from './driver.ts';

/** The pipeline that the suite made of an example. */
export const pipelineFolder = () => path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'movies');
export const pipelineUri = (name: string) => vscode.Uri.file(path.join(pipelineFolder(), name));

export async function open(name: string): Promise<vscode.TextEditor> {
  return await vscode.window.showTextDocument(pipelineUri(name), { viewColumn: vscode.ViewColumn.One });
}

/** Replaces text as typing does: the document stays unsaved. */
export async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const { document } = editor;
  const start = document.getText().indexOf(from);
  if (start < 0) throw new Error(`${document.uri.fsPath} has no ${from}`);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
  if (!(await editor.edit((edit) => edit.replace(range, to)))) throw new Error('the edit was refused');
}

/** As it is on disk. */
export async function revert(editor: vscode.TextEditor): Promise<void> {
  const { document } = editor;
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  await editor.edit((edit) => edit.replace(all, readFileSync(document.uri.fsPath, 'utf8')));
  await document.save();
}

/** What a case that was skipped half-way left behind. */
export async function revertAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await revert(await vscode.window.showTextDocument(document));
  }
}

/** Awaits a diagnostic of ours whose message fits. */
export async function diagnosed(name: string, message: RegExp): Promise<vscode.Diagnostic> {
  return await until(`a diagnostic ${message} in ${name}`, () => ours(name).find((each) => message.test(each.message)));
}

/** Awaits that we have nothing to say of a file. */
export async function undiagnosed(name: string): Promise<void> {
  await until(`no diagnostic in ${name}`, () => ours(name).length === 0);
}

function ours(name: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(pipelineUri(name)).filter(({ source }) => source === 'Parquetry');
}

export function position(document: vscode.TextDocument, text: string, offset = 0): vscode.Position {
  const found = document.getText().indexOf(text);
  if (found < 0) throw new Error(`${document.uri.fsPath} has no ${text}`);
  return document.positionAt(found + offset);
}

/** All that hovers say, as Markdown. */
export function hoverText(hovers: readonly vscode.Hover[]): string {
  const contents = hovers.flatMap((hover) => hover.contents);
  return contents.map((content) => (typeof content === 'string' ? content : content.value)).join('\n');
}
