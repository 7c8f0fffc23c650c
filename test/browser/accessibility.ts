import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Levels A and AA, and what axe-core knows to be good beyond them. */
const options: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};

/** Monaco's own tree is Microsoft's to mend; a border between two landmarks is in neither. */
const exclude = [['.monaco-editor'], ['.shell-body > .split > .split-border']];

/** What axe-core finds wrong with a page, one text for each element. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // By the debugger, for the page's policy lets no foreign script in.
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    ({ context, given }) => (globalThis as unknown as Axe).axe.run(context, given),
    { context: { exclude }, given: options },
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
  );
}

interface Axe {
  readonly axe: { run(context: object, options: RunOptions): Promise<AxeResults> };
}
