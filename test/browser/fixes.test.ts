import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

/* A fix is computed for a text: it lands in that text, once, or nowhere. The tests build on each other. */
describeInBrowser('a fix of the plan', () => {
  let studio: StudioBrowser;
  let file: string;
  let written: string;

  beforeAll(async () => {
    studio = await openStudio({ examples: ['movies'] });
    file = `${studio.folder}/movies/pipeline.yaml`;
    written = await readFile(file, 'utf8');
    await studio.show({ page: 'plan', folder: `${studio.folder}/movies`, environment: 'local' }, file);
    await editor().getByText('waitTime').first().waitFor();
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  const fix = () => studio.page.getByRole('button', { name: /^Give files \d+m to fill$/ });
  const editor = () => studio.page.locator('.monaco-editor').first();
  /** What is in the editor, by saving it. */
  async function edited(): Promise<string> {
    await editor().click();
    await studio.page.keyboard.press('Control+S');
    await studio.page.getByText('not saved').first().waitFor({ state: 'detached' });
    return await readFile(file, 'utf8');
  }

  test('that is clicked twice is made once', async () => {
    await fix().dblclick();
    await studio.page.getByText('not saved').first().waitFor();
    expect(await edited()).toBe(written.replace('maxAge: 1m', 'maxAge: 41m'));
    // Measured again, nothing is left to mend.
    await fix().waitFor({ state: 'detached' });
  });

  test('is not made where a line above was typed since, but offered anew', async () => {
    const { page } = studio;
    await editor().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type(' ');
    await page.evaluate((text) => navigator.clipboard.writeText(text), written);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+V');
    await page.getByRole('button', { name: 'Measure again' }).click();
    await fix().waitFor();
    await page.keyboard.press('Control+Home');
    await editor().click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# a line above\n');
    await fix().click();
    await page.getByText('pipeline.yaml is not what it was when this was measured').waitFor();
    await studio.picture('fix-refused');
    expect(await edited()).toBe(`# a line above\n${written}`);
    await fix().and(page.locator(':not([disabled])')).click();
    await page.getByText('not saved').first().waitFor();
    expect(await edited()).toBe(`# a line above\n${written.replace('maxAge: 1m', 'maxAge: 41m')}`);
    await page.getByText('pipeline.yaml is not what it was').waitFor({ state: 'detached' });
  });

  test('nothing was thrown', () => {
    expect(studio.problems).toEqual([]);
  });
});
