import * as vscode from 'vscode';
import { commandName } from '../command-ids.ts';
import { pipelineLenses, transformLenses } from '../language/lenses.ts';
import { pipelineSelector, transformSelector } from './language-features.ts';
import type { Studio } from './studio.ts';

/** Actions above pipeline files and their transforms. */
export function registerCodeLenses({ context, pipelines }: Studio): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const pipeline = pipelines.of(document.uri.fsPath);
      const isWanted = vscode.workspace.getConfiguration('parquetry', document.uri).get('codeLens', true);
      if (pipeline === undefined || !isWanted) return [];
      const isTransform = document.uri.fsPath === pipeline.transform;
      if (!isTransform && document.uri.fsPath !== pipeline.file) return [];
      const lenses = (isTransform ? transformLenses : pipelineLenses)(document.getText());
      return lenses.map(({ line, title, command }) => {
        const call = { title, command: commandName(command), arguments: [pipeline.folder] };
        return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), call);
      });
    },
  };
  context.subscriptions.push(
    changed,
    { dispose: pipelines.onChange(() => changed.fire()) },
    vscode.languages.registerCodeLensProvider([...pipelineSelector, ...transformSelector], provider),
  );
}
