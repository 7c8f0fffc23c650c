import path from 'node:path';
import * as vscode from 'vscode';
import { ProtocolError } from '../../../engine/src/protocol/protocol-error.ts';

/** The extension that brings DuckDB along; nothing in it runs by itself. */
const ID = 'parquetry.parquetry-duckdb';
/** An extension that was installed is seen here a moment later. */
const APPEARS_MS = 15_000;

/** The folder from which the engine finds DuckDB; undefined while the extension is not installed. */
export function duckDbFolder(): string | undefined {
  const extension = vscode.extensions.getExtension(ID);
  return extension && path.join(extension.extensionPath, 'dist');
}

/** Calls the listener when DuckDB was installed, or is gone. */
export function onDuckDbChange(listener: () => void): vscode.Disposable {
  let before = duckDbFolder();
  return vscode.extensions.onDidChange(() => {
    const now = duckDbFolder();
    if (now === before) return;
    before = now;
    listener();
  });
}

/** Installs the extension if it is not there, and waits until it is. E_UNAVAILABLE with what to do instead. */
export async function installDuckDb(): Promise<void> {
  if (duckDbFolder() !== undefined) return;
  try {
    await vscode.commands.executeCommand('workbench.extensions.installExtension', ID);
  } catch (error) {
    throw new ProtocolError({
      code: 'E_UNAVAILABLE',
      message: `The extension ${ID} could not be installed: ${error instanceof Error ? error.message : error}`,
      hint: `Get parquetry-duckdb-${process.platform}-${process.arch}.vsix from where you have Parquetry from, and run "Extensions: Install from VSIX…".`,
    });
  }
  if (await appears()) return;
  throw new ProtocolError({
    code: 'E_UNAVAILABLE',
    message: 'DuckDB is installed, but this window does not see it yet',
    hint: 'Run "Developer: Reload Window".',
  });
}

async function appears(): Promise<boolean> {
  if (duckDbFolder() !== undefined) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const listening = vscode.extensions.onDidChange(() => duckDbFolder() !== undefined && resolve(true));
  const late = setTimeout(() => resolve(false), APPEARS_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    listening.dispose();
  }
}
