import * as vscode from 'vscode';
import type { Studio } from './studio.ts';

/** Keeps the declarations that type each pipeline's transform, so that it has no squiggles without `npm install`. */
export function registerTransformTypes({ context, ask, pipelines, quiet }: Studio): void {
  const write = async (folder: string) => {
    // A folder that is only looked at is left as it is.
    if (vscode.workspace.isTrusted) await ask('language.types', { folder, write: true }).catch(quiet);
  };
  const writeAll = () => void Promise.all(pipelines.entries.map(({ folder }) => write(folder)));
  const ofSchema = ({ fsPath }: vscode.Uri) => {
    const folder = pipelines.of(fsPath)?.folder;
    if (folder !== undefined) void write(folder);
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/schema/*.json');
  context.subscriptions.push(
    watcher,
    watcher.onDidChange(ofSchema),
    watcher.onDidCreate(ofSchema),
    { dispose: pipelines.onChange(writeAll) },
    vscode.workspace.onDidGrantWorkspaceTrust(writeAll),
  );
}
