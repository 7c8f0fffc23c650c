import path from 'node:path';
import { isCollection } from 'yaml';
import { loadComponents } from '../../pipeline/components.ts';
import type { JsonSchema } from '../../pipeline/json-schema.ts';
import { pathText } from '../../pipeline/located.ts';
import { codeText, valueNotation } from '../../pipeline/value-notation.ts';
import type { Place } from '../../protocol/places.ts';
import type { Workbench } from '../workbench.ts';
import { isPipelineFile } from './pipeline-file-name.ts';
import { referencePageOf } from './reference-page.ts';
import { isMap, type SchemaPlace, schemaPlaceAt } from './schema-place.ts';
import { lineEnd, offsetAt, positionAt } from './text-position.ts';
import { parseTolerant, plainOf, spotAt } from './yaml-spot.ts';

export interface HoverAnswer {
  /** Markdown. */
  readonly markdown: string;
  readonly place: Place;
  /** Where more is told: a page of docs/reference, without its `.md`. */
  readonly reference?: string;
}

/** What the key or value at a position of a pipeline file means; undefined where there is nothing to say. */
export async function hoverAt(
  workbench: Workbench,
  { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
): Promise<HoverAnswer | undefined> {
  if (!isPipelineFile(file)) return undefined;
  const text = await workbench.read(file);
  const document = parseTolerant(text);
  const offset = offsetAt(text, { line, column });
  if (document === undefined) return undefined;
  const spot = spotAt(document, offset);
  // Between the entries of a map there is nothing to point at.
  if (spot === undefined || spot.path.length === 0 || (spot.part === 'value' && isCollection(spot.node))) {
    return undefined;
  }
  const components = await loadComponents();
  const found = schemaPlaceAt(components, spot.path, plainOf(document));
  const markdown = describePlace(pathText(spot.path), found);
  if (markdown === undefined) return undefined;
  const length = Math.max(1, Math.min(spot.end, lineEnd(text, spot.start)) - spot.start);
  const place = { file: path.resolve(file), ...positionAt(text, spot.start), length };
  return { markdown, place, reference: referencePageOf(spot.path, components) };
}

/** Markdown on what may stand at a path; undefined if nothing may. */
export function describePlace(name: string, { schema, isRequired }: SchemaPlace): string | undefined {
  if (schema === undefined) return undefined;
  const facts = [valueNotation(schema), isRequired ? '**required**' : defaultOf(schema)].filter(Boolean);
  const head = `\`${name}\`: ${facts.join(', ')}`;
  return [head, schema.description].filter((part) => part !== undefined).join('\n\n');
}

function defaultOf({ default: preset }: JsonSchema): string {
  const isEmpty = preset === undefined || (isMap(preset) && Object.keys(preset).length === 0);
  return isEmpty ? '' : `default ${codeText(preset)}`;
}
