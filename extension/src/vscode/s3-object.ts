import * as vscode from 'vscode';
import type { Pages } from './pages.ts';
import type { Studio } from './studio.ts';

const LAST = 'lastObject';

/** Shows a Parquet object, with the settings of a pipeline's environment where one is looked at. */
export async function openS3Object({ context, pipelines }: Studio, pages: Pages, given: unknown): Promise<void> {
  const named = typeof given === 'object' && given !== null && 'uri' in given ? given : { uri: given };
  const uri = typeof named.uri === 'string' ? named.uri : await askUri(context.workspaceState.get<string>(LAST));
  if (uri === undefined) return;
  await context.workspaceState.update(LAST, uri);
  const active = vscode.window.activeTextEditor?.document.uri.fsPath;
  const ofActive = active === undefined ? undefined : pipelines.of(active)?.folder;
  const folder =
    'folder' in named && typeof named.folder === 'string' ? named.folder : (ofActive ?? onlyOne(pipelines.entries));
  pages.show({ page: 'parquet', uri, ...(folder === undefined ? {} : pipelines.target(folder)) });
}

function onlyOne(entries: readonly { readonly folder: string }[]): string | undefined {
  return entries.length === 1 ? entries[0]!.folder : undefined;
}

async function askUri(last: string | undefined): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: 'Open S3 Object',
    prompt: 'Address of a Parquet object',
    placeHolder: 's3://bucket/path/to/object.parquet',
    value: last,
    validateInput: (text) => (/^s3:\/\/[^/]+\/.+/.test(text) ? undefined : 'An address is s3://bucket/key'),
  });
}
