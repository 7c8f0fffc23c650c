import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { drive, pageShows, shot, until } from './driver.ts';

/** Queries by DuckDB, which comes as an extension of its own: without it, and once it is installed, in the same window. */
export function registerSql(): void {
  describe('SQL over a Parquet file', () => {
    it('says what to install where DuckDB is not, and answers as soon as it is', async function () {
      this.timeout(300_000);
      const found = readdirSync(os.tmpdir(), { recursive: true, encoding: 'utf8' }) // of the profile
        .find((name) => name.endsWith('.parquet'));
      if (found === undefined) return this.skip();
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path.join(os.tmpdir(), found)));
      await pageShows(/Structure/, 60_000);
      await click('[role=tab]:has-text("SQL")');
      await pageShows('SQL needs DuckDB');
      await shot('sql-without-duckdb');

      // No marketplace here: it says how to do without.
      await click('vscode-button:has-text("Install DuckDB")');
      await pageShows(/Install from VSIX/);
      const vsix = vscode.Uri.file(process.env.PARQUETRY_DUCKDB_VSIX!);
      await vscode.commands.executeCommand('workbench.extensions.installExtension', vsix);
      await click('vscode-button:has-text("Try again")');
      await pageShows('The file is the table file');
      await click('vscode-button:text-is("Run")');
      await pageShows(/\d rows? in \d/, 60_000);
      await shot('sql');
    });
  });
}

/** As soon as it is there, and the workbench comes to it. */
async function click(selector: string): Promise<void> {
  const clicked = () =>
    drive({ type: 'click', where: 'page', selector }).then(
      () => true,
      () => false,
    );
  await until(selector, clicked, 60_000);
}
