import * as vscode from 'vscode';
import type { Place, TextEdit } from '../../../engine/src/protocol/places.ts';
import { changedSince, isFor } from '../../../engine/src/protocol/text-mark.ts';

/** A place as the editor counts it: from 0. Without a length: to the end of the word, or one character. */
export function toRange({ line, column, length }: Place, document?: vscode.TextDocument): vscode.Range {
  const start = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  if (length !== undefined) return new vscode.Range(start, start.translate(0, length));
  return document?.getWordRangeAtPosition(start) ?? new vscode.Range(start, start.translate(0, 1));
}

/** In the editor group that shows code, not over the page that asks. */
export async function showPlace(place: Place): Promise<void> {
  const uri = vscode.Uri.file(place.file);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.fsPath === uri.fsPath);
  const viewColumn = shown?.viewColumn ?? vscode.window.visibleTextEditors[0]?.viewColumn ?? vscode.ViewColumn.One;
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { viewColumn, selection: toRange(place, document) });
}

/**
 * Through the editor, so that it can be undone; files that are open stay unsaved. Rejects with E_CONFLICT, and changes nothing, where an
 * edit was computed for another text than is there.
 */
export async function applyEdits(edits: readonly TextEdit[]): Promise<boolean> {
  for (const { file } of edits) await openText(file);
  const stale = edits.find((edit) => !isCurrent(edit));
  if (stale) throw changedSince(stale.file);
  return await vscode.workspace.applyEdit(toWorkspaceEdit(edits));
}

/** Whether a document still has the text that an edit was computed for; for what is not open nobody can say. */
export function isCurrent(edit: TextEdit): boolean {
  const { fsPath } = vscode.Uri.file(edit.file);
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === fsPath);
  return document === undefined || isFor(edit, document.getText());
}

/** Nothing where there is no file yet. */
async function openText(file: string): Promise<vscode.TextDocument | undefined> {
  return await vscode.workspace.openTextDocument(vscode.Uri.file(file)).then(
    (document) => document,
    () => undefined,
  );
}

/** Of edits that are current. */
export function toWorkspaceEdit(edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { file, startLine, startColumn, endLine, endColumn, newText } of edits) {
    const range = new vscode.Range(startLine - 1, startColumn - 1, endLine - 1, endColumn - 1);
    const uri = vscode.Uri.file(file);
    edit.createFile(uri, { ignoreIfExists: true });
    edit.replace(uri, range, newText);
  }
  return edit;
}
