import * as vscode from 'vscode';
import { commandName } from '../command-ids.ts';

const CONTENTS = 'README';

/** Shows a page of the reference that the extension brings along, by its name without `.md`; by default the contents. */
export async function openReference({ extensionUri }: vscode.ExtensionContext, given: unknown): Promise<void> {
  const page = typeof given === 'string' && /^[\w-]+$/.test(given) ? given : CONTENTS;
  const uri = vscode.Uri.joinPath(extensionUri, 'dist', 'reference', `${page}.md`);
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}

/** A link to a page, to stand below a text. */
export function referenceLink(page: string): vscode.MarkdownString {
  const command = commandName('openReference');
  const link = new vscode.MarkdownString(
    `[Reference](command:${command}?${encodeURIComponent(JSON.stringify([page]))})`,
  );
  link.isTrusted = { enabledCommands: [command] };
  return link;
}
