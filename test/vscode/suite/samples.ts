import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { drive, pageShows, shot, until } from './driver.ts';
import { pipelineFolder } from './editor.ts';

const RECORDS = 20;

/** Records of a queue become a file of the project. */
export function registerSamples(): void {
  describe('samples', () => {
    it('are taken from a queue into the project, what is secret masked', async () => {
      await vscode.commands.executeCommand('parquetry.feedSamples', pipelineFolder());
      await vscode.commands.executeCommand('parquetry.showSamples', pipelineFolder());
      await pageShows(/receive count/, 60_000);
      await write('Records', String(RECORDS));
      await write('Save as', 'taken');
      await write('Fields to redact', 'Director');
      await drive({ type: 'click', where: 'page', selector: 'vscode-button:has-text("Take samples")' });
      await pageShows(/taken\.ndjson, \d+ values redacted/, 60_000);
      await shot('samples');
      const file = path.join(pipelineFolder(), 'samples', 'taken.ndjson');
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      const known = directors(readSamples('movies'));
      const taken = directors(lines);
      rmSync(file); // other cases count the samples
      assert.equal(lines.length, RECORDS);
      assert.ok(taken.length > 0);
      assert.deepEqual(
        taken.filter((name) => known.includes(name)),
        [],
      );
      await until('one file', () => readdirSync(path.dirname(file)).length === 1);
    });
  });
}

function readSamples(name: string): string[] {
  const folder = path.join(pipelineFolder(), 'samples');
  const file = readdirSync(folder).find((each) => each.startsWith(name))!;
  return readFileSync(path.join(folder, file), 'utf8').trim().split('\n');
}

function directors(lines: readonly string[]): string[] {
  return lines.map((line) => JSON.parse(line).Director).filter((name) => typeof name === 'string');
}

/** Not key by key: between a click and the focus in a page, and for Ctrl+A, VS Code takes its time, and keys go elsewhere. */
async function write(label: string, text: string): Promise<void> {
  await drive({ type: 'fill', selector: `input[aria-label="${label}"]`, text });
}
