import * as vscode from 'vscode';
import { lineBars } from '../../../engine/src/protocol/line-bars.ts';
import type { LineCost, ProfileResult } from '../../../engine/src/protocol/profile.ts';
import type { Pages } from './pages.ts';
import type { Studio } from './studio.ts';

/** After a profile: each line's share of the time of user code, as a bar before it, until the line's file is changed. */
export function registerLineCosts({ context }: Studio, pages: Pages): void {
  const type = vscode.window.createTextEditorDecorationType({ overviewRulerLane: vscode.OverviewRulerLane.Right });
  const byFile = new Map<string, readonly LineCost[]>();
  const draw = (editor: vscode.TextEditor) => {
    const isWanted = vscode.workspace.getConfiguration('parquetry', editor.document.uri).get('lineCosts', true);
    const costs = isWanted ? (byFile.get(editor.document.uri.fsPath) ?? []) : [];
    editor.setDecorations(type, costs.length === 0 ? [] : decorations(editor.document, costs));
  };
  const drawAll = () => vscode.window.visibleTextEditors.forEach(draw);
  context.subscriptions.push(
    type,
    pages.onObservation(({ method, value }) => {
      const isResult = typeof value === 'object' && value !== null && 'lines' in value && 'advice' in value;
      if (method !== 'profile.run' || !isResult) return;
      byFile.clear();
      for (const [file, costs] of Map.groupBy((value as ProfileResult).lines, (line) => line.file))
        byFile.set(file, costs);
      drawAll();
    }),
    vscode.window.onDidChangeVisibleTextEditors(drawAll),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && byFile.delete(document.uri.fsPath)) drawAll();
    }),
  );
}

/** All lines are indented by the same, so that code stays aligned. */
function decorations(document: vscode.TextDocument, costs: readonly LineCost[]): vscode.DecorationOptions[] {
  return lineBars(costs, document.lineCount).map(({ line, label, strength, hover }) => ({
    range: new vscode.Range(line, 0, line, 0),
    hoverMessage: hover,
    renderOptions: {
      before: {
        contentText: label,
        width: '6ch',
        margin: '0 1ch 0 0',
        color: new vscode.ThemeColor(strength === 'hot' ? 'charts.red' : 'editorCodeLens.foreground'),
        fontWeight: strength === 'hot' ? 'bold' : 'normal',
      },
    },
  }));
}
