import path from 'node:path';
import type { Field } from '../../core/schema.ts';
import { type ComponentSet, loadComponents } from '../../pipeline/components.ts';
import type { Completion } from '../../protocol/workspace.ts';
import type { Workbench } from '../workbench.ts';
import type { KnownOutput } from './check.ts';
import { type Offer, offerKeys } from './complete-keys.ts';
import { offerTemplate, offerValues } from './complete-values.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { isPipelineFile } from './pipeline-file-name.ts';
import { schemaPlaceAt } from './schema-place.ts';
import { lineStart, offsetAt } from './text-position.ts';

/** Of each pipeline by its folder, as far as it is known; what is found out is added. */
export type KnownOutputs = Map<string, KnownOutput>;

/** What may be typed at a position of a pipeline file, the most needed first; empty anywhere else. */
export async function completeAt(
  workbench: Workbench,
  { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
  outputs: KnownOutputs,
): Promise<readonly Completion[]> {
  if (!isPipelineFile(file)) return [];
  const text = await workbench.read(file);
  const cursor = cursorAt(text, offsetAt(text, { line, column }));
  if (cursor === undefined) return [];
  if (cursor.part === 'value' && cursor.path.at(-2) === 'partitionBy') {
    return templateCompletions(text, cursor, await outputOf(workbench, path.dirname(file), outputs));
  }
  return completionsAt(text, cursor, await loadComponents());
}

/** As `completeAt`, for whatever needs no look at other files. Pure. */
export function completionsAt(text: string, cursor: Cursor, components: ComponentSet): Completion[] {
  const place = schemaPlaceAt(components, cursor.path, cursor.plain);
  const takesKeys = place.shapes.some(({ schema }) => schema.type === 'object');
  // A word alone on its line reads as a key, but may be meant as the item of a list.
  const isKey = cursor.part === 'key' ? takesKeys : takesKeys && typeof cursor.path.at(-1) === 'number';
  const isEnvironments = cursor.path.length === 1 && cursor.path[0] === 'environments';
  const keys = isKey
    ? offerKeys(place, valueAt(cursor), { isEnvironments, components, snippet: snippetPlace(text, cursor) })
    : [];
  const values = isKey && cursor.part === 'key' ? [] : offerValues(place, valueContext(text, cursor));
  const offers = takesKeys && cursor.part === 'value' ? [...keys, ...values.filter(isLiteral)] : [...keys, ...values];
  return offers.map((offer) => placed(text, cursor, offer, cursor.start));
}

function templateCompletions(text: string, cursor: Cursor, fields: readonly Field[]): Completion[] {
  const before = text.slice(cursor.start, cursor.offset);
  const { back, offers } = offerTemplate(before, fields, cursor.quote !== undefined);
  const isPart = back < before.length || before.endsWith('{') || before.endsWith(':');
  const end = isPart ? cursor.offset + /^\w*/.exec(text.slice(cursor.offset))![0].length : cursor.end;
  return offers.map((offer) => placed(text, { ...cursor, end }, offer, cursor.offset - back));
}

function isLiteral({ kind }: Offer): boolean {
  return kind === 'value';
}

/** What the map holds already that a key is added to. */
function valueAt({ path: steps, plain }: Cursor): unknown {
  return steps.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined,
    plain,
  );
}

function valueContext(text: string, { path: steps, plain, start, offset, quote, isFlow }: Cursor) {
  return { path: steps, plain, typed: text.slice(start, offset), isQuoted: quote !== undefined, isFlow };
}

/** Undefined where the key is there already and only gets another name. */
function snippetPlace(text: string, { start, isFlow, hasColon }: Cursor) {
  if (hasColon) return undefined;
  const from = lineStart(text, start);
  const indent = /^\s*/.exec(text.slice(from, start))![0].length;
  return { isFlow, offset: start - from - indent };
}

function placed(text: string, { end }: Cursor, offer: Offer, start: number): Completion {
  const from = lineStart(text, start);
  return { ...offer, startColumn: start - from + 1, endColumn: end - from + 1 };
}

/** Columns that leave the transform; if they cannot be known now, those of the input. */
async function outputOf(workbench: Workbench, folder: string, outputs: KnownOutputs): Promise<readonly Field[]> {
  const known = outputs.get(folder);
  if (known) return known.fields;
  const { checkFolder } = await import('./check.ts');
  const { output } = await checkFolder(workbench, { folder });
  if (output) {
    outputs.set(folder, output);
    return output.fields;
  }
  const { readInputSchema } = await import('../../pipeline/schema-files.ts');
  const input = await readInputSchema(path.join(folder, 'schema'), workbench.overlays).catch(() => undefined);
  return input?.fields ?? [];
}
