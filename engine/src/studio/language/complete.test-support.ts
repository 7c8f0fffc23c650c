import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { loadComponents } from '../../pipeline/components.ts';
import { readPipelineText } from '../../pipeline/file.ts';
import type { Completion } from '../../protocol/workspace.ts';
import { Workbench } from '../workbench.ts';
import { completeAt, completionsAt } from './complete.ts';
import { cursorAt } from './cursor.ts';
import { hoverAt } from './hover.ts';
import { lineStart, positionAt } from './text-position.ts';

export const examples = fileURLToPath(new URL('../../../../examples', import.meta.url));

/** The text after a completion was taken, tab stops filled in with their presets, as an editor does it. */
export function applied(text: string, offset: number, { insertText, startColumn, endColumn }: Completion): string {
  const from = lineStart(text, offset);
  const indent = /^[ \t]*/.exec(text.slice(from))![0];
  const literal = insertText
    .replace(/(?<!\\)\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
    .replace(/(?<!\\)\$\d+/g, '')
    .replace(/\\([\\$}])/g, '$1')
    .replaceAll('\n', `\n${indent}`);
  return text.slice(0, from + startColumn - 1) + literal + text.slice(from + endColumn - 1);
}

/** Expects that completion and hover answer at the chosen offsets of a file, and that what they replace is around the cursor. */
export async function answersEverywhere(file: string, isChosen: (offset: number) => boolean): Promise<void> {
  const text = readFileSync(file, 'utf8');
  const workbench = new Workbench();
  workbench.open([examples], false);
  const outputs = new Map([[path.dirname(file), { fields: [], hasPrefetch: false }]]);
  for (let offset = 0; offset <= text.length; offset++) {
    if (!isChosen(offset)) continue;
    const position = { file, ...positionAt(text, offset) };
    const where = `at ${position.line}:${position.column}`;
    for (const item of await completeAt(workbench, position, outputs)) {
      expect(item.startColumn, where).toBeLessThanOrEqual(position.column);
      expect(item.endColumn, where).toBeGreaterThanOrEqual(position.column);
    }
    const hover = await hoverAt(workbench, position);
    if (hover) expect(hover.markdown, where).toMatch(/^`.+`: /);
  }
}

/** Expects that no key offered at these offsets of a file is an unknown one once it is taken. Answers how many were. */
export async function offersKnownKeys(file: string, offsets: readonly number[]): Promise<number> {
  const text = readFileSync(file, 'utf8');
  const components = await loadComponents();
  let taken = 0;
  for (const offset of new Set(offsets)) {
    const cursor = cursorAt(text, offset);
    const items = cursor ? completionsAt(text, cursor, components) : [];
    for (const item of items.filter(({ kind }) => kind === 'property')) {
      const after = applied(text, offset, item);
      const { problems } = await readPipelineText(after, file, { components, variables: {} });
      const unknown = problems.filter(
        ({ mistake }) => mistake?.kind === 'unknown-key' && mistake.path.at(-1) === item.label,
      );
      expect(unknown, `${item.label} at ${offset}:\n${after}`).toEqual([]);
      taken++;
    }
  }
  return taken;
}
