import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PageRoute } from '../../engine/src/protocol/shell.ts';
import { violationsOf } from './accessibility.ts';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

const files: Readonly<Record<string, string>> = {
  'pipeline.yaml': `name: clicks
source: { sqs: { queue: clicks, waitTime: 200ms } }
transform: ./transform.ts
batch: { maxAge: 2s }
sinks: [ { s3: { bucket: lake, prefix: clicks, partitionBy: ["country={country}"] } } ]
errors: { storm: { share: 1 }, to: { s3: { bucket: lake, prefix: _errors } } }
lanes: 1
environments: { local: { aws: embedded } }
`,
  'schema/input.v1.json': '{ "version": 1, "fields": { "id": "int", "country": "string", "email": "string?" } }',
  'transform.ts': `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), country: t.string() }),
  map: ({ id, country }, { drop }) => {
    if (id === 2) return drop('second');
    if (id === 3) throw new Error('the third is refused');
    return { id, country };
  },
});
`,
  'samples/clicks.ndjson': [1, 2, 3, 4].map((id) => `{"id": ${id}, "country": "DE", "email": "ann@x.org"}`).join('\n'),
};

describeInBrowser('runs, dead letters and samples', () => {
  let studio: StudioBrowser;
  let folder: string;

  beforeAll(async () => {
    studio = await openStudio({ examples: [] });
    folder = path.join(studio.folder, 'clicks');
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  const of = (page: 'samples' | 'dead-letters' | 'preview') =>
    ({ page, folder, environment: 'local' }) as PageRoute & { page: typeof page };
  /** In both themes, and where it is narrow; what axe-core finds is nothing. */
  async function look(name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await studio.theme(theme);
      await studio.picture(`${name}-${theme}`);
      expect(await violationsOf(studio.page)).toEqual([]);
    }
    await studio.page.setViewportSize({ width: 400, height: 1200 });
    await studio.picture(`${name}-400px`);
    await studio.page.setViewportSize({ width: 1280, height: 800 });
  }

  test('a run is fed, watched, tapped and drained, and its files are listed', async () => {
    const { page } = studio;
    await studio.show(of('preview'));
    await page.getByRole('banner').getByRole('button', { name: 'Run' }).click();
    await page.getByRole('tab', { name: 'Tap' }).click();
    await page.getByRole('button', { name: 'Look at records' }).click();
    await page.getByRole('spinbutton', { name: 'Records', exact: true }).fill('4000');
    await page.getByRole('button', { name: 'Feed', exact: true }).click();
    await page.getByText('"value":{"id":1,"country":"DE"}').first().waitFor();
    await page.getByText('delivered 2,000').waitFor();
    await look('run-tapped');
    await page.getByRole('tab', { name: /Log/ }).click();
    await page.getByText('file.written').first().waitFor();
    await look('run-log');
    await page.getByRole('button', { name: 'Stop and drain' }).click();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
    await page.getByText('closes: every record is accounted for').waitFor();
    await page.getByRole('tab', { name: /Files/ }).click();
    await look('run-ended');
    await page
      .getByRole('button', { name: /country=DE.*parquet/ })
      .first()
      .click();
    await page.waitForURL(/#\/parquet/);
  });

  test('a dead letter is shown, tried with mended code, and all of them are sent back', async () => {
    const { page } = studio;
    await studio.show(of('dead-letters'));
    await page.getByRole('button', { name: 'thrown 1,000' }).waitFor();
    await page.getByText('Error: the third is refused').first().waitFor();
    const retry = page.getByRole('button', { name: 'Try again with the code as it is now' });
    await retry.click();
    await page.getByText('It is still refused').waitFor();
    await writeFile(path.join(folder, 'transform.ts'), files['transform.ts']!.replace('id === 3', 'id === 33'));
    await retry.click();
    await page.getByText('It is kept now').waitFor();
    await look('letters');
    await page.getByRole('button', { name: 'Replay 1,000…' }).click();
    await page.getByRole('button', { name: 'Send 1,000 records back to the source' }).click();
    await page.getByText('1,000 letters replayed.').waitFor();
  });

  test('samples are taken from the queue, redacted, and the queue keeps its messages', async () => {
    const { page } = studio;
    await studio.show(of('samples'));
    await page.getByText('The receive count of each message that is looked at goes up by one.').waitFor();
    await page.getByRole('textbox', { name: 'Save as' }).fill('../from queue');
    await page.getByRole('textbox', { name: 'Fields to redact' }).fill('email');
    await page.getByRole('button', { name: 'Take samples' }).click();
    await page.getByText('100 records in').waitFor();
    await look('samples');
    const [line] = (await readFile(path.join(folder, 'samples/from-queue.ndjson'), 'utf8')).split('\n');
    expect(line).toBe('{"id": 3, "country": "DE", "email": "xxx@x.xxx"}');
  });

  test('none of the pages throws or warns', () => {
    expect(studio.problems).toEqual([]);
  });
});
