import * as vscode from 'vscode';
import type { Ask, EngineHost } from '../engine/engine-host.ts';

/**
 * Shows the engine the texts of documents that are not saved, with each key: whoever watches them there waits for the typing to pause. An
 * engine that is not there is not started for it.
 */
export class UnsavedTexts {
  /** Shows a document as it is now, for a question about what was typed last. */
  now(host: EngineHost, document: vscode.TextDocument): void {
    if (isOurs(document) && host.state === 'running') send(host.ask, document);
  }

  /** To an engine that knows none yet. */
  sendAll(ask: Ask): void {
    for (const document of vscode.workspace.textDocuments)
      if (isOurs(document) && document.isDirty) send(ask, document);
  }

  follow(host: EngineHost): vscode.Disposable {
    const now = (document: vscode.TextDocument) => this.now(host, document);
    return vscode.Disposable.from(
      // Also where no text changes: a document becomes dirty only after its first change was told of.
      vscode.workspace.onDidChangeTextDocument(({ document }) => now(document)),
      vscode.workspace.onDidSaveTextDocument(now),
      vscode.workspace.onDidCloseTextDocument(now),
    );
  }
}

function send(ask: Ask, document: vscode.TextDocument): void {
  const text = document.isDirty && !document.isClosed ? document.getText() : null;
  // Refused: a file outside of the folders, which is nobody's pipeline.
  ask('workspace.overlay', { file: document.uri.fsPath, text }).catch(() => undefined);
}

function isOurs({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && /\.(ya?ml|ts|json|ndjson|jsonl|csv)$/.test(uri.path);
}
