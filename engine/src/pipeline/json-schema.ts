import { z } from 'zod';
import type { ComponentSet } from './components.ts';
import { pipelineSchema } from './schema.ts';

/** A JSON Schema node. */
export type JsonSchema = { [key: string]: unknown };

/** JSON Schema of a pipeline file as a person writes it, environments and variables included. For editors and the reference. */
export function pipelineJsonSchema(components: ComponentSet): JsonSchema {
  const file = fileJsonSchema(components);
  const { properties } = file as { properties: Record<string, JsonSchema> };
  const { name: _, ...overridable } = properties;
  const overrides = {
    type: ['object', 'null'],
    properties: withoutDemands(overridable),
    additionalProperties: false,
    description: 'Laid over the file: maps merge, lists are replaced, null takes a key back to its default.',
  };
  const environments = {
    type: ['object', 'null'],
    description: 'Overrides by environment name, chosen with --env or PARQUETRY_ENV.',
    additionalProperties: overrides,
  };
  const withVariables = allowVariables({ ...properties, environments }) as JsonSchema;
  return {
    $schema: file.$schema,
    title: 'Parquetry pipeline',
    ...file,
    properties: withVariables,
    $defs: {
      variable: { type: 'string', pattern: '\\$\\{env:', description: 'The value of an environment variable.' },
    },
  };
}

/** JSON Schema of the values alone: one environment, variables filled in. Known keys and reference pages come from it. */
export function fileJsonSchema(components: ComponentSet): JsonSchema {
  const known = made.get(components) ?? configJsonSchema(pipelineSchema(components));
  made.set(components, known);
  return known;
}

/** Making one takes milliseconds, and an editor asks at every keystroke. */
const made = new WeakMap<ComponentSet, JsonSchema>();

/** JSON Schema of what a person writes for a zod schema: before defaults and units. */
export function configJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => dropSafeInteger(jsonSchema),
  });
}

/** zod bounds every integer by what a double holds; that is noise to a reader. */
function dropSafeInteger(schema: JsonSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

/** An override need not be complete, nor choose: without its demands, one alternative may hold beside another. */
function withoutDemands(properties: unknown): unknown {
  const relax = ({ required: _required, default: _default, oneOf, ...rest }: JsonSchema): JsonSchema => {
    const alternatives = (Array.isArray(oneOf) ? oneOf : []).filter((one) => Object.keys(one).length > 0);
    return alternatives.length > 0 ? { ...rest, anyOf: alternatives } : rest;
  };
  return mapNodes(properties, relax, true);
}

/** `${env:NAME}` may stand for whatever is not free text. */
function allowVariables(properties: unknown): unknown {
  const allow = (node: JsonSchema): JsonSchema => {
    const restricted =
      node.type === 'number' || node.type === 'integer' || node.type === 'boolean' || node.enum || node.pattern;
    if (!restricted) return node;
    const { description, default: value, ...rest } = node;
    const about = {
      ...(description === undefined ? {} : { description }),
      ...(value === undefined ? {} : { default: value }),
    };
    return { ...about, anyOf: [rest, { $ref: '#/$defs/variable' }] };
  };
  return mapNodes(properties, allow, true);
}

/** Rebuilds a tree of JSON from the leaves; `change` sees each object that is a schema, not the maps of properties between. */
function mapNodes(value: unknown, change: (node: JsonSchema) => JsonSchema, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => mapNodes(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]) => {
    const literal = !isMap && (key === 'default' || key === 'enum' || key === 'required');
    return [key, literal ? child : mapNodes(child, change, !isMap && key === 'properties')];
  });
  const rebuilt = Object.fromEntries(entries) as JsonSchema;
  return isMap ? rebuilt : change(rebuilt);
}

/** All property names in a JSON Schema, at any depth. */
export function propertyNames(schema: unknown): Set<string> {
  const names = new Set<string>();
  mapNodes(schema, (node) => {
    for (const name of Object.keys(node.properties ?? {})) names.add(name);
    return node;
  });
  return names;
}
