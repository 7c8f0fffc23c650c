import * as vscode from 'vscode';
import { commandIds, commandName } from '../command-ids.ts';
import { Checks } from './checks.ts';
import { registerCodeLenses } from './code-lenses.ts';
import { type CommandParts, createCommands } from './commands.ts';
import { registerDebugger } from './debug.ts';
import { registerLanguageFeatures } from './language-features.ts';
import { registerTools } from './language-model-tools.ts';
import { registerLineCosts } from './line-costs.ts';
import { registerMcpServer } from './mcp-server.ts';
import { resumeNewPipeline } from './new-pipeline.ts';
import { Pages } from './pages.ts';
import { registerParquetEditor } from './parquet-editor.ts';
import { registerPipelinesView } from './pipelines-view.ts';
import { registerPreviewMarks } from './preview-marks.ts';
import { Runs } from './runs.ts';
import { registerRunsView } from './runs-view.ts';
import { registerStatusBar } from './status-bar.ts';
import { createStudio, type Studio } from './studio.ts';
import { registerTests } from './test-explorer.ts';
import { registerTransformTypes } from './transform-types.ts';

let studio: Studio | undefined;

/** Registers everything. The engine is started by the first who asks it something. */
export function activate(context: vscode.ExtensionContext): void {
  studio = createStudio(context);
  const pages = new Pages(studio);
  const checks = new Checks(studio);
  const runs = new Runs(studio, pages);
  const tests = registerTests(studio);
  registerCommands({ studio, pages, checks, runs, tests });
  registerLanguageFeatures(studio, checks);
  registerCodeLenses(studio);
  registerTransformTypes(studio);
  registerPreviewMarks(studio, pages);
  registerLineCosts(studio, pages);
  registerPipelinesView(studio, runs);
  registerRunsView(studio, runs);
  registerStatusBar(studio);
  registerDebugger(studio);
  registerParquetEditor(studio, pages);
  registerTools(studio);
  registerMcpServer(studio);
  watchPipelines(studio);
  resumeNewPipeline(studio).catch(studio.tell);
}

export function deactivate(): void {
  studio?.host.stop();
}

function registerCommands(parts: CommandParts): void {
  const { context, tell } = parts.studio;
  const commands = createCommands(parts);
  for (const id of commandIds) {
    const run = async (...given: unknown[]) => {
      try {
        return await commands[id](...given);
      } catch (error) {
        tell(error);
        return undefined;
      }
    };
    context.subscriptions.push(vscode.commands.registerCommand(commandName(id), run));
  }
}

/** Files that are copied or taken come one after the other. */
const SAMPLES_PAUSE_MS = 300;

/** Keeps the pipelines of the folders known, and menus true to them. An editor with folders starts the engine for it. */
function watchPipelines({ context, pipelines, quiet }: Studio): void {
  const refresh = () => void pipelines.refresh().catch(quiet);
  const watcher = vscode.workspace.createFileSystemWatcher('**/{pipeline.yaml,pipeline.yml}');
  const samples = vscode.workspace.createFileSystemWatcher('**/samples/**', false, true);
  let later: NodeJS.Timeout | undefined;
  const refreshSamples = (uri: vscode.Uri) => {
    if (pipelines.of(uri.fsPath) === undefined) return;
    clearTimeout(later);
    later = setTimeout(refresh, SAMPLES_PAUSE_MS);
  };
  const stop = pipelines.onChange(() => {
    void vscode.commands.executeCommand('setContext', 'parquetry.hasPipelines', pipelines.entries.length > 0);
  });
  context.subscriptions.push(
    watcher,
    watcher.onDidCreate(refresh),
    watcher.onDidChange(refresh),
    watcher.onDidDelete(refresh),
    samples,
    samples.onDidCreate(refreshSamples),
    samples.onDidDelete(refreshSamples),
    { dispose: () => clearTimeout(later) },
    { dispose: stop },
  );
  // After activation: the process takes its time to be forked.
  if (vscode.workspace.workspaceFolders?.length) setTimeout(refresh, 0);
}
