import path from 'node:path';
import * as vscode from 'vscode';
import type { WireError } from '../../../engine/src/protocol/frames.ts';
import { type Ask, EngineHost } from '../engine/engine-host.ts';
import { type ForkSettings, forkEngine } from '../engine/engine-process.ts';
import { Pipelines } from '../pipelines/pipelines.ts';
import { ExpiredLogin } from './aws-profile.ts';
import { duckDbFolder, onDuckDbChange } from './duckdb.ts';
import { currentNode, isOfNode } from './node-settings.ts';
import { restartEngine } from './restart-engine.ts';
import { UnsavedTexts } from './unsaved-texts.ts';

/** What all parts of the extension share: one a window. */
export interface Studio {
  readonly context: vscode.ExtensionContext;
  readonly host: EngineHost;
  readonly ask: Ask;
  readonly pipelines: Pipelines;
  readonly log: vscode.LogOutputChannel;
  /** For failures that nobody waits for: into the log. */
  readonly quiet: (thrown: unknown) => void;
  /** Tells of a failure: once, with what to do about it. */
  readonly tell: (thrown: unknown) => void;
  readonly onEngineState: vscode.Event<void>;
  /** Lets the engine read and write a file that the user has chosen, wherever it lies. */
  readonly allow: (file: string) => Promise<void>;
  /** Tells the engine what this window is like now: its folders, its trust, what it brings along. */
  readonly introduce: () => Promise<void>;
  /** Shows the engine what was typed just now, before it is asked about it. */
  readonly showUnsaved: (document: vscode.TextDocument) => void;
}

const CHOICES = 'environments';

/** The engine as this window has it: its folders, its trust, its unsaved texts. Nothing is started yet. */
export function createStudio(context: vscode.ExtensionContext): Studio {
  const log = vscode.window.createOutputChannel('Parquetry', { log: true });
  const states = new vscode.EventEmitter<void>();
  const texts = new UnsavedTexts();
  /** Chosen by the user, outside of the folders. */
  const allowed = new Set<string>();
  const quiet = (error: unknown) => log.debug(error instanceof Error ? error.message : String(error));
  const host = new EngineHost({
    fork: () => forkEngine(forkSettings(context), (line) => log.info(line)),
    introduce: (ask) => {
      introduce(ask, allowed).then(
        ({ version, node }) => log.info(`engine ${version} on Node ${node}, process ${host.pid}`),
        quiet,
      );
      texts.sendAll(ask);
    },
    changed: () => states.fire(),
    died: (why, isFinal) => tellDeath(why, isFinal),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    nowMs: Date.now,
  });
  const pipelines = new Pipelines(host.ask, choicesIn(context.workspaceState));

  function tellDeath(why: string, isFinal: boolean): void {
    log.error(`the engine ended: ${why}`);
    const what = isFinal
      ? `Parquetry's engine keeps ending (${why}) and is not started again.`
      : `Parquetry's engine ended (${why}) and is started again. Pages go on where they were; runs of it are over.`;
    void offer(isFinal ? vscode.window.showErrorMessage : vscode.window.showWarningMessage, what);
  }

  /** One at a time: what is still on the screen says it already. */
  let isTold = false;
  async function offer(show: typeof vscode.window.showErrorMessage, what: string): Promise<void> {
    if (isTold) return;
    isTold = true;
    const chosen = await show(what, 'Restart', 'Show Log');
    isTold = false;
    if (chosen === 'Restart') host.restart();
    if (chosen === 'Show Log') log.show();
  }

  const reopen = () => {
    if (host.state !== 'running') return;
    introduce(host.ask, allowed).then(() => pipelines.refresh(), quiet);
  };
  context.subscriptions.push(
    log,
    states,
    texts.follow(host),
    vscode.workspace.onDidChangeWorkspaceFolders(reopen),
    vscode.workspace.onDidGrantWorkspaceTrust(reopen),
    onDuckDbChange(reopen),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const isForked = isOfNode(change) || change.affectsConfiguration('parquetry.engineMemory');
      if (isForked && host.state !== 'idle')
        restartEngine(host, 'The settings of the engine have changed.').catch(quiet);
    }),
    { dispose: () => host.stop() },
  );
  return {
    context,
    host,
    ask: host.ask,
    pipelines,
    log,
    quiet,
    tell: tellFailure(log),
    onEngineState: states.event,
    async introduce() {
      await introduce(host.ask, allowed);
    },
    async allow(file) {
      if (allowed.has(file) || workspaceRoots().some((root) => file.startsWith(root + path.sep))) return;
      allowed.add(file);
      await introduce(host.ask, allowed);
    },
    showUnsaved: (document) => texts.now(host, document),
  };
}

/** Folders in which the engine may read and write. */
export function workspaceRoots(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}

function introduce(ask: Ask, files: ReadonlySet<string>): Promise<{ readonly version: string; readonly node: string }> {
  return ask('workspace.open', {
    roots: [...workspaceRoots(), ...files],
    trusted: vscode.workspace.isTrusted,
    duckdb: duckDbFolder(),
  });
}

function forkSettings(context: vscode.ExtensionContext): ForkSettings {
  const settings = vscode.workspace.getConfiguration('parquetry');
  return {
    ...currentNode(),
    script: path.join(context.extensionPath, 'dist', 'engine', 'studio-process.js'),
    heapMb: settings.get<number>('engineMemory') || undefined,
  };
}

function choicesIn(memento: vscode.Memento) {
  const all = () => memento.get<Record<string, string>>(CHOICES, {});
  return {
    get: (folder: string) => all()[folder],
    set: async (folder: string, environment: string | undefined) =>
      await memento.update(CHOICES, { ...all(), [folder]: environment }),
  };
}

/** A failed request as a message with its hint; what was taken back, or ended with the engine, is told elsewhere or to nobody. */
function tellFailure(log: vscode.LogOutputChannel): (thrown: unknown) => void {
  const expired = new ExpiredLogin();
  return (thrown) => {
    const error = thrown as Partial<WireError>;
    if (error?.code === 'E_CANCELLED' || error?.code === 'E_CLOSED') return;
    log.error(thrown instanceof Error ? thrown : String(thrown));
    if (thrown instanceof Error && error.login) {
      void expired.tell(thrown);
      return;
    }
    const text = [error?.message ?? String(thrown), error?.hint].filter(Boolean).join('. ');
    const isRefused = error?.code === 'E_ACCESS' && !vscode.workspace.isTrusted;
    const first = isRefused ? ['Manage Trust'] : error?.file === undefined ? [] : ['Open'];
    void vscode.window.showErrorMessage(`Parquetry: ${text}`, ...first, 'Show Log').then((chosen) => {
      if (chosen === 'Show Log') log.show();
      if (chosen === 'Manage Trust') void vscode.commands.executeCommand('workbench.trust.manage');
      if (chosen === 'Open' && error.file !== undefined) {
        const start = new vscode.Position((error.line ?? 1) - 1, (error.column ?? 1) - 1);
        void vscode.window.showTextDocument(vscode.Uri.file(error.file), { selection: new vscode.Range(start, start) });
      }
    });
  };
}
