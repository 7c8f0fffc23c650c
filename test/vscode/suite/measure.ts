import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, pageShows, shot, until } from './driver.ts';
import { open, pipelineFolder, replace, revert } from './editor.ts';

/** Profile and plan, from the editor. */
export function registerMeasure(): void {
  describe('profile and plan', () => {
    it('profiles a batch, and shows which line costs the time', async () => {
      const editor = await open('transform.ts');
      await replace(editor, 'return {', 'let spin = 0;\n    while (spin < 20_000) spin++;\n    return {');
      await editor.document.save();
      await vscode.commands.executeCommand('parquetry.profile', pipelineFolder());
      await pageShows(/rows?\/s|MB\/s/i, 60_000);
      // A decoration is drawn by a style sheet: the bar is the content before the first character of its line.
      const bars = `Array.from(document.querySelectorAll('.view-line span'), (span) => getComputedStyle(span, '::before').content).join(' ')`;
      await until('the share of a line', async () =>
        / %/.test(String(await drive({ type: 'evaluate', where: 'workbench', expression: bars }))),
      );
      await shot('profile');
      await replace(editor, 'let spin = 0;\n    while (spin < 20_000) spin++;\n    ', '');
      await editor.document.save();
      await revert(editor);
    });

    it('plans files and cost', async () => {
      await vscode.commands.executeCommand('parquetry.plan', pipelineFolder());
      await pageShows(/\$\s?\d/, 60_000);
      await shot('plan');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });
  });

  describe('language model tools', () => {
    it('answer through lm.invokeTool', async () => {
      const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('parquetry_'));
      assert.ok(names.includes('parquetry_validate') && names.includes('parquetry_preview'), names.join(', '));
      for (const [name, input, expected] of [
        ['parquetry_pipelines', {}, /movies/],
        ['parquetry_validate', {}, /movies|valid|nothing/i],
        ['parquetry_preview', {}, /29/],
        ['parquetry_profile', {}, /director[\s\S]*rows\/s|rows\/s[\s\S]*director/i],
        ['parquetry_plan', { recordsPerS: 100 }, /files[\s\S]*\$\s?\d/i],
      ] as const) {
        const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
        const text = content.map((part) => (part as vscode.LanguageModelTextPart).value).join('\n');
        assert.match(text, expected, name);
      }
    });

    // A workbench that is tested answers its own questions with yes; that one is asked, a unit test shows.
    it('change a file, which an editor that shows it takes over', async () => {
      const input = { key: 'batch.maxAge', value: '59s' };
      const editor = await open('pipeline.yaml');
      await vscode.lm.invokeTool('parquetry_set', { input, toolInvocationToken: undefined });
      await until('the change', () => editor.document.getText().includes('maxAge: 59s'));
      await replace(editor, 'maxAge: 59s', 'maxAge: 1m');
      await editor.document.save();
    });
  });
}
