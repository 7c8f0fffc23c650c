import type { JsonSchema } from '../../../engine/src/pipeline/json-schema.ts';

/** A key of the pipeline file that a person may set. */
export interface OptionKey {
  /** As in the reference, e.g. `batch.maxAge`; `[]` is an item of a list, `*` a name of the user's own. */
  readonly path: string;
  /** All values it may take, where the schema lists them. */
  readonly values: readonly unknown[];
}

/** An encoder means the same below each sink: its own keys are looked at once, under its name. */
const ENCODER = /^sinks\[\](?:\.\w+)?\.(parquet|ndjson)$/;

/** Every key in a JSON Schema of the pipeline file. Maps are known by their keys; `environments` repeats the file, so it is one. */
export function optionKeys(file: JsonSchema): OptionKey[] {
  const found = new Map<string, Set<unknown>>();
  walk(file, '', (path, values) => {
    const known = found.get(path) ?? new Set();
    for (const value of values) known.add(value);
    found.set(path, known);
  });
  return Array.from(found, ([path, values]) => ({ path, values: [...values] }));
}

type Visit = (path: string, values: readonly unknown[]) => void;

function walk(node: JsonSchema, path: string, visit: Visit): void {
  const encoder = ENCODER.exec(path)?.[1];
  const isLeaf =
    encoder !== undefined || path === 'environments' || alternatives(node).some((one) => !isMapOfKeys(one));
  if (isLeaf && path !== '') visit(path, alternatives(node).flatMap(valuesOf));
  if (path === 'environments') return;
  for (const one of alternatives(node)) {
    for (const [name, child] of entries(one.properties)) walk(child, join(encoder ?? path, name), visit);
    if (isMap(one.items) && hasKeys(one.items)) walk(one.items, `${path}[]`, visit);
    if (isMap(one.additionalProperties) && hasKeys(one.additionalProperties)) {
      walk(one.additionalProperties, join(path, '*'), visit);
    }
  }
}

/** The schemas of which a value satisfies one. */
function alternatives(node: JsonSchema): JsonSchema[] {
  const choices = [node.anyOf, node.oneOf].filter(Array.isArray).flat().filter(isMap);
  const own = node.properties === undefined && choices.length > 0 ? [] : [node];
  return [...own, ...choices.filter((choice) => !isDemand(choice) && choice.$ref === undefined).flatMap(alternatives)];
}

/** `{ required: […] }` alone says which key must be there, not what a value is. */
function isDemand(node: JsonSchema): boolean {
  return Object.keys(node).every((key) => key === 'required');
}

function isMapOfKeys(node: JsonSchema): boolean {
  return [node, node.items, node.additionalProperties].some((map) => isMap(map) && hasKeys(map));
}

function hasKeys(node: JsonSchema): boolean {
  return alternatives(node).some((one) => entries(one.properties).length > 0);
}

function valuesOf(node: JsonSchema): readonly unknown[] {
  if (Array.isArray(node.enum)) return node.enum;
  if (node.const !== undefined) return [node.const];
  return node.type === 'boolean' ? [true, false] : [];
}

function entries(properties: unknown): [string, JsonSchema][] {
  return isMap(properties) ? (Object.entries(properties) as [string, JsonSchema][]) : [];
}

function isMap(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
