import path from 'node:path';
import type { JsonSchema } from '../../pipeline/json-schema.ts';
import { alternativesOf } from '../../pipeline/value-notation.ts';
import { propertiesOf, requiredOf } from './schema-place.ts';

/** Of keys whose schema says no more than that they are text. */
const texts: Readonly<Record<string, string>> = {
  transform: './transform.ts',
  queue: 'events',
  bucket: 'my-bucket',
  path: './data',
  module: './own.ts',
};
/** Of choices that ask for nothing: the ones to begin with. */
const choices: Readonly<Record<string, unknown>> = { source: { sqs: { queue: 'events' } }, sinks: [{ stdout: {} }] };

/** A value for a key that must be there, for whoever then changes it: the default, the first of several, a name. `file`: the pipeline's. */
export function sampleValue(schema: JsonSchema, key: string, file: string): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (key in choices) return choices[key];
  const [first] = alternativesOf(schema).filter(({ type }) => type !== undefined);
  if (first !== undefined) return sampleValue(first, key, file);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        requiredOf(schema).map((name) => [name, sampleValue(propertiesOf(schema)[name] ?? {}, name, file)]),
      );
    case 'array':
      return [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    default:
      return key === 'name' ? pipelineNameOf(file) : (texts[key] ?? key);
  }
}

/** The folder's name, as far as a pipeline may be called that. */
function pipelineNameOf(file: string): string {
  const name = path.basename(path.dirname(file)).replace(/[^A-Za-z0-9._-]+/g, '-');
  return name.replace(/^[^A-Za-z0-9]+/, '').slice(0, 63) || 'pipeline';
}
