import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { pageShows } from './driver.ts';
import { open, pipelineFolder, replace, revert } from './editor.ts';

/** What an extension may cost its host that opens a file of any size. */
const MAX_FILE_MIB = 20;
const EDITS = 10;

/** All of the extension host, VS Code's part included, after a collection. */
interface HostMeasure {
  readonly step: string;
  readonly rssMib: number;
  readonly heapMib: number;
}

/** What the extension host holds, step by step. A large Parquet file is opened where PARQUETRY_LARGE_FILE names one. */
export function registerMemory(): void {
  describe('memory of the extension host', () => {
    const measures: HostMeasure[] = [];
    const measure = (step: string) => measures.push({ step, ...used() });

    it('is measured once the extension is active and has checked a pipeline', async () => {
      const extension = vscode.extensions.getExtension('parquetry.parquetry-vscode')!;
      await extension.activate();
      await vscode.commands.executeCommand('parquetry.check', pipelineFolder());
      measure('activated');
    });

    it('is measured with a preview, and after edits of it', async function () {
      this.timeout(300_000);
      const editor = await open('transform.ts');
      await vscode.commands.executeCommand('parquetry.preview', pipelineFolder());
      await pageShows('The Land Girls', 60_000);
      measure('preview');
      let title = 'title: String(movie.Title)';
      for (let i = 0; i < EDITS; i++) {
        const next = `title: '${i} ' + movie.Title`;
        await replace(editor, title, next);
        await pageShows(`${i} The Land Girls`);
        title = next;
      }
      await revert(editor);
      measure(`${EDITS} edits`);
    });

    it(`grows by ${MAX_FILE_MIB} MiB at most for a large file`, async function () {
      const file = process.env.PARQUETRY_LARGE_FILE;
      if (file === undefined) return this.skip();
      const before = used();
      await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), 'parquetry.parquet');
      await pageShows(/event_time/, 60_000);
      measure('large Parquet file');
      assert.ok(used().rssMib - before.rssMib <= MAX_FILE_MIB, JSON.stringify({ before, after: used() }));
    });

    // The bench reads it.
    after(() => {
      const found = { vscode: vscode.version, steps: measures };
      writeFileSync(process.env.PARQUETRY_MEASURES!, JSON.stringify(found));
    });
  });
}

function used(): Omit<HostMeasure, 'step'> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssMib: rss / 2 ** 20, heapMib: heapUsed / 2 ** 20 };
}
