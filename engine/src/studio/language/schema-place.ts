import type { ComponentSet } from '../../pipeline/components.ts';
import { fileJsonSchema, type JsonSchema } from '../../pipeline/json-schema.ts';
import { alternativesOf } from '../../pipeline/value-notation.ts';
import type { FilePath } from './yaml-spot.ts';

/** One shape that the value at a place may have: a schema without alternatives of its own. */
export interface Shape {
  readonly schema: JsonSchema;
  /** Of these keys exactly one is to be given; empty where that is not asked for. */
  readonly choices: readonly string[];
}

/** What the schema says of the value at a path. */
export interface SchemaPlace {
  /** As it stands there, with description and default; undefined if nothing may stand there. */
  readonly schema?: JsonSchema;
  readonly shapes: readonly Shape[];
  /** Whether the key at the end of the path must be given. */
  readonly isRequired: boolean;
  /** Inside of an environment, where nothing must be given. */
  readonly isOverride: boolean;
}

/** Finds what may stand at a path of a pipeline file. `value`: what the file says now, by which one of several shapes is told. */
export function schemaPlaceAt(components: ComponentSet, path: FilePath, value: unknown): SchemaPlace {
  const isOverride = path[0] === 'environments' && path.length >= 2;
  const root = isOverride ? overrideSchema(components) : rootSchema(components);
  const steps = isOverride ? path.slice(2) : path;
  let found: { schema: JsonSchema; isRequired: boolean }[] = [{ schema: root, isRequired: false }];
  let current = isOverride ? childOf(childOf(value, 'environments'), path[1]!) : value;
  for (const key of steps) {
    found = found.flatMap(({ schema }) => shapesOf(schema, current).flatMap((shape) => stepInto(shape, key)));
    current = childOf(current, key);
  }
  return {
    schema: found[0]?.schema,
    shapes: found.flatMap(({ schema }) => shapesOf(schema, current)),
    isRequired: !isOverride && found.some(({ isRequired }) => isRequired),
    isOverride,
  };
}

/** The key or item at the end of a step, where there may be one. */
function stepInto({ schema }: Shape, key: string | number): { schema: JsonSchema; isRequired: boolean }[] {
  if (typeof key === 'number') return schema.items ? [{ schema: schema.items as JsonSchema, isRequired: false }] : [];
  const properties = propertiesOf(schema);
  if (!Object.hasOwn(properties, key)) return [];
  return [{ schema: properties[key]!, isRequired: requiredOf(schema).includes(key) }];
}

/** Known keys of a shape, with their schemas. */
export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema.properties ?? {}) as Record<string, JsonSchema>;
}

/** Keys of a shape that must be given, but for those with a default. */
export function requiredOf({ required = [] }: JsonSchema): readonly string[] {
  return required as string[];
}

/** The shapes of a schema that what is written does not rule out: all of them, if it rules out each. */
function shapesOf(schema: JsonSchema, value: unknown): Shape[] {
  const all = allShapesOf(schema);
  const fitting = all.filter((shape) => fits(shape.schema, value));
  return fitting.length > 0 ? fitting : all;
}

function allShapesOf(schema: JsonSchema): Shape[] {
  const alternatives = alternativesOf(schema);
  const choices = alternatives.flatMap(({ required, ...others }) => {
    return Array.isArray(required) && Object.keys(others).length === 0 ? (required as string[]) : [];
  });
  if (choices.length > 0 && choices.length === alternatives.length) return [{ schema, choices }];
  if (alternatives.length === 0) return [{ schema, choices: [] }];
  return alternatives.flatMap(allShapesOf);
}

/** A map says by a constant (`mode: fixed`) which of several shapes it is. */
function fits(schema: JsonSchema, value: unknown): boolean {
  if (!isMap(value)) return true;
  if (schema.type !== 'object') return false;
  return Object.entries(propertiesOf(schema)).every(([key, property]) => {
    return property.const === undefined || value[key] === undefined || value[key] === property.const;
  });
}

function rootSchema(components: ComponentSet): JsonSchema {
  const file = fileJsonSchema(components);
  const environments: JsonSchema = {
    type: 'object',
    description: 'Overrides by environment name, chosen with --env or PARQUETRY_ENV.',
  };
  return { ...file, properties: { ...propertiesOf(file), environments } };
}

function overrideSchema(components: ComponentSet): JsonSchema {
  const file = fileJsonSchema(components);
  const { name: _, ...properties } = propertiesOf(file);
  return {
    ...file,
    properties,
    description: 'Laid over the file: maps merge, lists are replaced, null takes a key back to its default.',
  };
}

function childOf(value: unknown, key: string | number): unknown {
  return isMap(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[key] : undefined;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
