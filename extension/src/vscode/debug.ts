import path from 'node:path';
import * as vscode from 'vscode';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import { currentNode } from './node-settings.ts';
import type { Studio } from './studio.ts';

/** As launch.json has it. */
interface DebugRequest extends vscode.DebugConfiguration, DebugTarget {
  readonly folder: string;
}

/** `type: parquetry` of launch.json: the editor's own debugger over one record through the transform. */
export function registerDebugger(studio: Studio): void {
  const provider: vscode.DebugConfigurationProvider = {
    resolveDebugConfiguration: (_folder, config) => toNode(studio, config),
  };
  studio.context.subscriptions.push(vscode.debug.registerDebugConfigurationProvider('parquetry', provider));
}

/** What of a pipeline is stepped through. */
interface DebugTarget {
  readonly environment?: string;
  readonly sample?: string;
  readonly record?: number;
  readonly case?: string;
}

export async function debugRecord(studio: Studio, { folder }: PipelineEntry, given: unknown): Promise<void> {
  const record = recordOf(given) ?? (await askRecord());
  const { environment } = studio.pipelines.target(folder);
  if (record !== undefined) await startDebugging(folder, { environment, record });
}

/** Starts the debugger. What is not saved is, for it maps lines of what is on disk. */
export async function startDebugging(folder: string, target: DebugTarget): Promise<void> {
  const name = target.case ?? `Record ${(target.record ?? 0) + 1}`;
  const config = { type: 'parquetry', request: 'launch', name, folder, ...target };
  await vscode.workspace.saveAll(false);
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)), config);
}

function recordOf(given: unknown): number | undefined {
  const isNamed = typeof given === 'object' && given !== null && 'record' in given;
  return isNamed && typeof given.record === 'number' ? given.record : undefined;
}

async function askRecord(): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Debug a Record',
    prompt: 'Number of the record in the samples, from 1',
    value: '1',
    validateInput: (value) => (/^[1-9]\d*$/.test(value) ? undefined : 'A number from 1 on'),
  });
  return text === undefined ? undefined : Number(text) - 1;
}

/** What the editor's own debugger is told instead. */
function toNode(studio: Studio, config: vscode.DebugConfiguration): vscode.DebugConfiguration | undefined {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage('Trust this workspace to debug: its code is run.');
    return undefined;
  }
  const { name, folder, environment, sample, record, case: testCase } = config as DebugRequest;
  const flags = { env: environment, sample, record, case: testCase };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const dist = path.join(studio.context.extensionPath, 'dist', 'engine');
  const { execPath, env } = currentNode();
  return {
    ...{ type: 'pwa-node', request: 'launch', name, cwd: folder, console: 'internalConsole' },
    program: path.join(dist, 'debug-record.js'),
    args: [folder, ...given.flatMap(([flag, value]) => [`--${flag}`, String(value)])],
    runtimeExecutable: execPath,
    env,
    // The engine is not what is debugged; users' code is compiled in memory, with its map in it.
    skipFiles: [`${dist}/**`, '<node_internals>/**'],
    resolveSourceMapLocations: [`${folder}/**`, '!**/node_modules/**'],
    outFiles: [],
    // One record is over before breakpoints are in code whose map is still read.
    pauseForSourceMap: true,
  };
}
