import * as vscode from 'vscode';
import type { Studio } from './studio.ts';

/** One short item: the pipeline that is looked at and its environment, or that the engine is away. */
export function registerStatusBar({ context, host, pipelines, onEngineState }: Studio): void {
  const item = vscode.window.createStatusBarItem('parquetry', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Parquetry';
  const show = () => {
    const file = vscode.window.activeTextEditor?.document.uri.fsPath;
    const entry = (file === undefined ? undefined : pipelines.of(file)) ?? pipelines.entries[0];
    if (host.state === 'failed') {
      item.text = '$(error) Parquetry';
      item.tooltip = 'The engine is not running. Click to start it.';
      item.command = 'parquetry.restartEngine';
      item.show();
    } else if (entry === undefined) item.hide();
    else {
      const environment = pipelines.environment(entry.folder);
      const icon = host.state === 'waiting' ? '$(loading~spin)' : '$(layers)';
      item.text = [`${icon} ${entry.name}`, environment].filter(Boolean).join(' · ');
      item.tooltip = `Pipeline ${entry.name}, ${environment === undefined ? 'no environment' : `environment ${environment}`}. Click to choose another.`;
      item.command = { command: 'parquetry.selectEnvironment', title: 'Select Environment', arguments: [entry] };
      item.show();
    }
  };
  context.subscriptions.push(
    item,
    { dispose: pipelines.onChange(show) },
    onEngineState(show),
    vscode.window.onDidChangeActiveTextEditor((editor) => editor && show()),
  );
}
