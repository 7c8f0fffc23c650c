import * as vscode from 'vscode';
import type { RunEntry, RunState } from '../../../engine/src/protocol/run.ts';
import { describeRun, isGoing } from '../runs/run-watch.ts';
import type { Runs } from './runs.ts';
import type { Studio } from './studio.ts';

const icons: Record<RunState, readonly [icon: string, color?: string]> = {
  starting: ['loading~spin'],
  running: ['play-circle', 'testing.iconPassed'],
  draining: ['loading~spin'],
  ended: ['pass'],
  failed: ['error', 'testing.iconFailed'],
};

/** Runs of this session, the newest first. */
export function registerRunsView({ context }: Studio, runs: Runs): void {
  const changed = new vscode.EventEmitter<void>();
  const tree: vscode.TreeDataProvider<RunEntry> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (run) => (run ? [] : [...(await runs.list().catch(() => []))]),
    getTreeItem(run) {
      const made = new vscode.TreeItem(run.pipeline);
      const [icon, color] = icons[run.state];
      made.description = describeRun(run);
      made.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
      made.contextValue = isGoing(run) ? 'run' : 'endedRun';
      made.command = { command: 'parquetry.showRun', title: 'Show', arguments: [run.run] };
      return made;
    },
  };
  context.subscriptions.push(
    changed,
    runs.onChange(() => changed.fire()),
    vscode.window.registerTreeDataProvider('parquetry.runs', tree),
  );
}
