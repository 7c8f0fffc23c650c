import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { NewPipeline, PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import { type Studio, workspaceRoots } from './studio.ts';

type Example = Extract<NewPipeline, { readonly example: unknown }>['example'];

const beginnings: readonly (vscode.QuickPickItem & { readonly example?: Example })[] = [
  {
    label: '$(device-camera-video) Movies',
    detail: 'Titles that are numbers, dates as text, nulls everywhere: what a transform is for',
    example: 'movies',
  },
  { label: '$(rocket) Flights', detail: 'A plain stream of records, partitioned by day', example: 'flights' },
  { label: '$(globe) Clicks', detail: 'The smallest: five records, a rename, a drop, a test', example: 'clicks' },
  { label: '$(json) Records of mine…', detail: 'A JSON file: its schema is inferred, a transform passes it on' },
];

/** What is to be shown once its folder is open: opening a folder starts the editor anew. */
const PENDING = 'newPipeline';

/** Makes a pipeline in the folder, of several in one that is chosen, and opens it: its transform, and the preview beside. */
export async function newPipeline(studio: Studio): Promise<void> {
  const from = await askBeginning();
  if (!from) return;
  if (workspaceRoots().length === 0) return await makeInNewFolder(studio, from);
  const root = await askRoot();
  if (root !== undefined) await show(studio, await studio.ask('workspace.create', { from, root }));
}

async function askRoot(): Promise<string | undefined> {
  const [only, ...others] = workspaceRoots();
  if (others.length === 0) return only;
  const options = { placeHolder: 'Where shall the pipeline lie?' };
  return (await vscode.window.showWorkspaceFolderPick(options))?.uri.fsPath;
}

/** Shows what was made before its folder was opened. */
export async function resumeNewPipeline(studio: Studio): Promise<void> {
  const { globalState } = studio.context;
  const made = globalState.get<PipelineEntry>(PENDING);
  if (!made || !workspaceRoots().includes(path.dirname(made.folder))) return;
  await globalState.update(PENDING, undefined);
  await show(studio, made);
}

async function show(studio: Studio, { folder, file, transform }: PipelineEntry): Promise<void> {
  await studio.pipelines.refresh();
  await vscode.window.showTextDocument(vscode.Uri.file(transform ?? file));
  await vscode.commands.executeCommand('parquetry.preview', folder);
}

async function askBeginning(): Promise<NewPipeline | undefined> {
  const picked = await vscode.window.showQuickPick(beginnings, { placeHolder: 'What to begin with' });
  if (picked?.example) return { example: picked.example };
  if (!picked) return undefined;
  const filters = { JSON: ['json', 'ndjson', 'jsonl'] };
  const files = await vscode.window.showOpenDialog({ openLabel: 'Begin With These Records', filters });
  const file = files?.[0]?.fsPath;
  return file === undefined ? undefined : { name: path.parse(file).name, records: await readFile(file, 'utf8') };
}

/** Asks for a folder, and opens it. The pipeline is made before its folder is opened: what is in a folder decides whether the extension is started there. */
export async function makeInNewFolder(studio: Studio, from: NewPipeline): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: 'Make It Here',
      title: 'Where shall the pipeline lie?',
    })) ?? [];
  if (!folder) return;
  await studio.allow(folder.fsPath);
  const made = await studio.ask('workspace.create', { from, root: folder.fsPath });
  await studio.context.globalState.update(PENDING, made);
  await vscode.commands.executeCommand('vscode.openFolder', folder);
}
