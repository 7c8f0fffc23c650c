import * as vscode from 'vscode';
import type { Completion } from '../../../engine/src/protocol/workspace.ts';
import type { Checks } from './checks.ts';
import { isCurrent, toRange, toWorkspaceEdit } from './places.ts';
import { referenceLink } from './reference.ts';
import type { Studio } from './studio.ts';

export const pipelineSelector: vscode.DocumentFilter[] = [{ scheme: 'file', pattern: '**/pipeline.{yaml,yml}' }];
export const transformSelector: vscode.DocumentFilter[] = [{ scheme: 'file', language: 'typescript' }];

const kinds: Record<Completion['kind'], vscode.CompletionItemKind> = {
  property: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  snippet: vscode.CompletionItemKind.Snippet,
};

/** Completion, hover and quick fixes for pipeline files, by the engine and without another extension. */
export function registerLanguageFeatures({ context, ask, showUnsaved }: Studio, checks: Checks): void {
  const at = (document: vscode.TextDocument, { line, character }: vscode.Position) => ({
    file: document.uri.fsPath,
    line: line + 1,
    column: character + 1,
  });
  context.subscriptions.push(
    vscode.languages.registerCompletionItemProvider(
      pipelineSelector,
      {
        async provideCompletionItems(document, position, token) {
          showUnsaved(document);
          const { items } = await ask('language.complete', at(document, position), { signal: signalOf(token) });
          return items.map((item, i) => completionItem(item, position.line, i));
        },
      },
      ' ',
      ':',
      '-',
      '/',
      '{',
    ),
    vscode.languages.registerHoverProvider([...pipelineSelector, ...transformSelector], {
      async provideHover(document, position, token) {
        showUnsaved(document);
        const hover = await ask('language.hover', at(document, position), { signal: signalOf(token) });
        if (!hover) return undefined;
        const more = hover.reference === undefined ? [] : [referenceLink(hover.reference)];
        return new vscode.Hover([new vscode.MarkdownString(hover.markdown), ...more], toRange(hover.place, document));
      },
    }),
    vscode.languages.registerCodeActionsProvider(
      [...pipelineSelector, ...transformSelector],
      { provideCodeActions: (document, range) => quickFixes(checks, document, range) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

function completionItem(item: Completion, line: number, order: number): vscode.CompletionItem {
  const made = new vscode.CompletionItem(item.label, kinds[item.kind]);
  made.detail = item.detail;
  made.documentation = item.documentation === undefined ? undefined : new vscode.MarkdownString(item.documentation);
  made.insertText = new vscode.SnippetString(item.insertText);
  made.range = new vscode.Range(line, item.startColumn - 1, line, item.endColumn - 1);
  made.sortText = String(order).padStart(4, '0');
  return made;
}

function quickFixes(checks: Checks, document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
  return checks.at(document.uri, range).flatMap(({ diagnostic, fixes }) =>
    fixes.flatMap(({ title, edits }) => {
      if (!edits.every(isCurrent)) return []; // the checks of the text as it is now are on their way
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnostic];
      action.edit = toWorkspaceEdit(edits);
      action.isPreferred = fixes.length === 1;
      return [action];
    }),
  );
}

/** What the editor does not want any more is taken back from the engine. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
