import { expect, test } from 'vitest';
import { builtIn, type Kind, loadComponents } from './components.ts';
import { configJsonSchema, type JsonSchema, pipelineJsonSchema } from './json-schema.ts';

const components = await loadComponents();
const all = (Object.keys(builtIn) as Kind[]).flatMap((kind) =>
  Object.keys(builtIn[kind]).map((type) => ({ kind, type, component: components[kind].get(type) })),
);

test.each(all)('the $kind $type is named as its folder and says what it is', ({ kind, type, component }) => {
  expect(component).toMatchObject({ kind, type });
  expect(component?.summary).toMatch(/^[A-Z].*\.$/);
});

test.each(all)('the $kind $type rejects unknown keys and describes each of its own', ({ component }) => {
  const schema = configJsonSchema(component!.config);
  expect(schema.additionalProperties).toBe(false);
  expect(undescribed(schema, '')).toEqual([]);
});

test('every key of the pipeline file is described', () => {
  expect(undescribed(pipelineJsonSchema(components), '')).toEqual([]);
});

test('the JSON Schema takes variables where no text is allowed, and overrides without demands', () => {
  const { properties } = pipelineJsonSchema(components) as { properties: Record<string, JsonSchema> };
  expect(properties.lanes).toMatchObject({
    anyOf: [{ anyOf: [{ type: 'integer' }, { $ref: '#/$defs/variable' }] }, {}],
  });
  const text = JSON.stringify(properties.environments);
  expect(text).not.toContain('"required"');
  expect(text).toContain('"maxAge"');
});

function undescribed(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties, ...rest } = node as { properties?: Record<string, JsonSchema> };
  const own = Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const missing = property.description === undefined ? [`${path}.${name}`] : [];
    return [...missing, ...undescribed(property, `${path}.${name}`)];
  });
  return [...own, ...Object.values(rest).flatMap((value) => undescribed(value, path))];
}
