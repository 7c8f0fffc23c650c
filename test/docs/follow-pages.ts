import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPrinted, parseConsole, runCommand } from './session.ts';
import { readSnippets, root, type Snippet } from './snippets.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

/*
 * Whatever a page shows is true: its commands print what it says, its files load, its TypeScript compiles. Each page is
 * followed from top to bottom in a folder of its own. A block that cannot be run says why, in words.
 */

/** Tests of pages, each by itself. */
export function describePages(pages: readonly string[]): void {
  describe.each(pages)('%s', (page) => {
    const snippets = readSnippets(page);
    let workshop: Workshop;
    beforeAll(async () => {
      workshop = await openWorkshop();
      if (!snippets.some(({ text }) => text.includes('$ parquetry init clicks'))) await workshop.init();
    });
    afterAll(() => workshop[Symbol.asyncDispose]());

    for (const snippet of snippets) {
      test(`line ${snippet.line}: ${snippet.language || 'block'} ${treatmentOf(snippet)}`, () =>
        follow(snippet, workshop));
    }

    test.runIf(snippets.some(isTransform))('the types of its TypeScript hold', async () => {
      expect(await workshop.typeErrors()).toBe('');
    });

    test('its links lead somewhere', () => {
      const text = readFileSync(path.join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
      const targets = Array.from(text.matchAll(/\]\(([^)#]+)[^)]*\)/g), ([, target]) => target!);
      const local = targets.filter((target) => !/^[a-z]+:/.test(target));
      const dead = local.filter((target) => !existsSync(path.join(root, path.dirname(page), target)));
      expect(dead).toEqual([]);
    });
  });
}

function treatmentOf({ notRun, from, language }: Snippet): string {
  if (notRun !== undefined) return `is not run: ${notRun}`;
  if (from !== undefined) return `is cut from ${from}`;
  return language === 'console' ? 'prints what it says' : 'holds';
}

function isTransform({ language, notRun, from, isProgram }: Snippet): boolean {
  return language === 'ts' && notRun === undefined && from === undefined && !isProgram;
}

async function follow(snippet: Snippet, workshop: Workshop): Promise<void> {
  const { language, text, file, from, notRun, isProgram, line } = snippet;
  if (notRun !== undefined) return expect(notRun.length, 'the reason').toBeGreaterThan(5);
  if (from !== undefined) return expect(readFileSync(path.join(root, from), 'utf8')).toContain(text);
  if (file !== undefined) await workshop.write(file, text);
  if (language === 'console') return followConsole(text, workshop.folder);
  if (isProgram) return expect(await workshop.programErrors(text)).toBe('');
  if (language === 'ts') return expect(await workshop.transformFields(`line-${line}.ts`, text)).not.toEqual([]);
  if (language === 'json') return void JSON.parse(text);
  // Any other file is read by the commands of the page.
  if (file !== undefined && path.basename(file) !== 'pipeline.yaml') return;
  if (language === 'yaml') return expect(await workshop.pipelineProblems(text)).toEqual([]);
  throw new Error(
    `nothing is known to run ${language || 'a block without a language'}: give it file=, from= or no-run:`,
  );
}

async function followConsole(text: string, folder: string): Promise<void> {
  let code = 0;
  for (const command of parseConsole(text)) {
    if (command.text === 'echo $?') {
      expect(command.printed.trim()).toBe(String(code));
      code = 0;
      continue;
    }
    expect(code, 'exit code of a command whose page does not show it').toBe(0);
    const outcome = await runCommand(command.text, folder);
    if (!isPrinted(command.printed, outcome.output)) expect(outcome.output).toBe(command.printed);
    code = outcome.code;
  }
  expect(code, 'exit code of a command whose page does not show it').toBe(0);
}
