import type { JsonSchema } from '../../pipeline/json-schema.ts';
import { alternativesOf } from '../../pipeline/value-notation.ts';
import { isMap, propertiesOf, requiredOf } from './schema-place.ts';

/** How the file is written where a snippet goes. */
export interface SnippetPlace {
  readonly isFlow: boolean;
  /** Columns by which the key stands behind the beginning of its line's text: 2 behind a dash. */
  readonly offset: number;
}

/** Counts tab stops. */
class Stops {
  #next = 1;

  stop(preset?: string): string {
    const number = this.#next++;
    return preset === undefined ? `$${number}` : `\${${number}:${escapeSnippet(preset)}}`;
  }
}

/** Text as a snippet means it literally. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A key with what it needs: required keys below it, its default to be changed, an item of its list. */
export function keySnippet(key: string, schema: JsonSchema, place: SnippetPlace): string {
  return entry(key, schema, place, new Stops());
}

function entry(key: string, schema: JsonSchema, place: SnippetPlace, stops: Stops): string {
  const value = place.isFlow
    ? ` ${flowValue(schema, stops)}`
    : blockValue(schema, { ...place, offset: place.offset + 2 }, stops);
  return `${key}:${value}`;
}

function blockValue(schema: JsonSchema, place: SnippetPlace, stops: Stops): string {
  const indent = `\n${' '.repeat(place.offset)}`;
  if (schema.type === 'array') {
    const items = (schema.items ?? {}) as JsonSchema;
    return items.type === 'string' ? ` ["${stops.stop()}"]` : `${indent}- ${stops.stop()}`;
  }
  if (schema.type !== 'object') return ` ${scalar(schema, stops)}`;
  const required = requiredOf(schema);
  if (Object.keys(propertiesOf(schema)).length === 0) return ' {}';
  if (required.length === 0) return `${indent}${stops.stop()}`;
  return required.map((key) => `${indent}${entry(key, propertiesOf(schema)[key] ?? {}, place, stops)}`).join('');
}

function flowValue(schema: JsonSchema, stops: Stops): string {
  if (schema.type === 'array') return schema.items ? `[${stops.stop()}]` : '[]';
  if (schema.type !== 'object') return scalar(schema, stops);
  const required = requiredOf(schema);
  if (Object.keys(propertiesOf(schema)).length === 0) return '{}';
  const inner = required.map((key) => `${key}: ${flowValue(propertiesOf(schema)[key] ?? {}, stops)}`).join(', ');
  return `{ ${inner || stops.stop()} }`;
}

function scalar(schema: JsonSchema, stops: Stops): string {
  const preset = presetOf(schema);
  return stops.stop(preset);
}

/** What is most likely meant, as YAML; undefined where only the writer knows. */
function presetOf(schema: JsonSchema): string | undefined {
  if (schema.const !== undefined) return String(schema.const);
  const { default: preset } = schema;
  if (preset !== undefined && !isMap(preset) && preset !== '') return String(preset);
  if (schema.type === 'boolean') return 'true';
  const constant = alternativesOf(schema).find((one) => one.const !== undefined);
  return constant && String(constant.const);
}
