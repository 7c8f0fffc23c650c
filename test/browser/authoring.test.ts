import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

/* One story, from an empty folder to a Parquet file, told by what a user sees. The tests build on each other. */
describeInBrowser('authoring a pipeline from nothing', () => {
  let studio: StudioBrowser;
  let transform: string;

  beforeAll(async () => {
    studio = await openStudio({ examples: [] });
    transform = `${studio.folder}/movies/transform.ts`;
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  /** Puts another text into the editor, as if it was pasted. */
  async function type(change: (text: string) => string): Promise<void> {
    const { page } = studio;
    const text = change(await readFile(transform, 'utf8'));
    await page.locator('.monaco-editor').first().click();
    await page.keyboard.press('Control+A');
    await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
    await page.keyboard.press('Control+V');
  }

  const cell = (text: string) =>
    studio.page
      .locator('[role=gridcell]')
      .filter({ hasText: new RegExp(`^${text}`) })
      .first();

  test('an empty folder says how to begin, and an example is one click', async () => {
    const { page } = studio;
    await page.getByRole('heading', { name: 'Welcome to Parquetry' }).waitFor();
    await studio.picture('authoring-1-welcome');
    await page.getByRole('button', { name: /^Movies/ }).click();
    await page.getByRole('navigation', { name: 'Files' }).getByText('transform.ts').waitFor();
    await cell('The Land Girls').waitFor();
    await studio.picture('authoring-2-preview');
  });

  test('the preview follows what is typed, before it is saved', async () => {
    await type((text) => text.replace('String(movie.Title)', 'String(movie.Title).toUpperCase()'));
    await cell('THE LAND GIRLS').waitFor();
    await studio.page.getByText('not saved').first().waitFor();
    expect(await readFile(transform, 'utf8')).not.toContain('toUpperCase');
  });

  test('a mistake is underlined, and the last good rows stay', async () => {
    await type((text) => text.replace('director: movie.Director,', 'director: movie.Director,,'));
    await studio.page.locator('.squiggly-error').first().waitFor();
    await studio.page.getByRole('alert').first().waitFor();
    expect(await cell('THE LAND GIRLS').isVisible()).toBe(true);
    await studio.picture('authoring-3-broken');
  });

  test('a value of a wrong type is underlined, too: the transform is typed without an install', async () => {
    await type((text) =>
      text.replace(
        'director: movie.Director,',
        "director: movie.Director,\n      votes_typo: 1 as const satisfies 'x',",
      ),
    );
    await studio.page.locator('.squiggly-error').first().waitFor();
    await type((text) => text);
    await cell('The Land Girls').waitFor();
    await studio.page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  });

  test('a record that it throws for is marked at the line that threw', async () => {
    await type((text) =>
      text.replace('const released', "if (movie.Title === 'Slam') throw new Error('no slam');\n    const released"),
    );
    await studio.page.locator('.squiggly-warning').first().waitFor();
    await studio.page.getByText('Dead-lettered').first().waitFor();
    await studio.picture('authoring-4-thrown');
  });

  test('a transform that never ends is told, and the editor stays alive', async () => {
    await type((text) => text.replace('const released', 'while (true) {}\n    const released'));
    await studio.page.getByRole('alert').first().waitFor();
    await studio.picture('authoring-5-endless');
    await type((text) => text.replace('String(movie.Title)', 'String(movie.Title).toLowerCase()'));
    await cell('the land girls').waitFor();
  });

  test('Ctrl+S saves', async () => {
    await studio.page.keyboard.press('Control+S');
    await studio.page.getByText('not saved').first().waitFor({ state: 'detached' });
    expect(await readFile(transform, 'utf8')).toContain('toLowerCase');
  });

  test('profile and plan come from the same samples', async () => {
    const { page } = studio;
    await page.getByRole('link', { name: 'Profile' }).click();
    await page
      .getByText(/rows\/s/)
      .first()
      .waitFor();
    await studio.picture('authoring-6-profile');
    await page.getByRole('link', { name: 'Plan' }).click();
    await page.getByText('Files an hour').first().waitFor();
    await studio.picture('authoring-7-plan');
  });

  test('it runs on the embedded AWS, and the file that it wrote opens', async () => {
    const { page } = studio;
    await page.getByRole('banner').getByRole('button', { name: 'Run' }).click();
    await page.getByRole('spinbutton', { name: 'Records', exact: true }).fill('2000');
    await page.getByRole('button', { name: 'Feed', exact: true }).click();
    await page.getByText('received 2,000').waitFor();
    await studio.picture('authoring-8-run');
    await page.getByRole('button', { name: 'Stop and drain' }).click();
    await page.getByRole('button', { name: /decade=1990.*\.parquet/ }).click();
    await cell('the land girls').waitFor();
    await studio.picture('authoring-9-parquet');
  });

  test('nothing went wrong meanwhile', () => {
    expect(studio.problems).toEqual([]);
  });
});
