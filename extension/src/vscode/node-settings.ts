import * as vscode from 'vscode';
import { type NodeCommand, nodeCommand } from '../engine/node-settings.ts';

/** How processes are started as the settings are now. */
export function currentNode(): NodeCommand {
  const settings = vscode.workspace.getConfiguration('parquetry');
  const named = { nodePath: settings.get<string>('nodePath'), awsProfile: settings.get<string>('awsProfile') };
  return nodeCommand(named, process.execPath);
}

/** Whether a change is of what processes are started with. */
export function isOfNode(change: vscode.ConfigurationChangeEvent): boolean {
  return ['nodePath', 'awsProfile'].some((key) => change.affectsConfiguration(`parquetry.${key}`));
}
