import type { ComponentSet } from '../../pipeline/components.ts';
import type { JsonSchema } from '../../pipeline/json-schema.ts';
import { encoderKeys } from '../../pipeline/schema.ts';
import { codeText, valueNotation } from '../../pipeline/value-notation.ts';
import type { Completion } from '../../protocol/workspace.ts';
import { isMap, propertiesOf, requiredOf, type SchemaPlace, type Shape } from './schema-place.ts';
import { keySnippet, type SnippetPlace } from './snippet.ts';

/** A completion without the place that it goes to. */
export type Offer = Omit<Completion, 'startColumn' | 'endColumn'>;

/** Environments as most pipelines have them. */
const environments: readonly Offer[] = [
  {
    label: 'local',
    kind: 'snippet',
    detail: 'the embedded AWS',
    documentation: 'SQS and S3 run inside the engine: no account, no container.',
    insertText: 'local: { aws: embedded }',
  },
  {
    label: 'localstack',
    kind: 'snippet',
    detail: 'an endpoint of your own',
    documentation: 'LocalStack, MinIO, or whatever else speaks SQS and S3.',
    insertText: 'localstack: { aws: { endpoint: http://localhost:4566 } }',
  },
];

/** The keys that may be added to a map, those that must be there first. `given`: what the map holds already. */
export function offerKeys(
  place: SchemaPlace,
  given: unknown,
  options: { readonly isEnvironments: boolean; readonly components: ComponentSet; readonly snippet?: SnippetPlace },
): Offer[] {
  const present = new Set(isMap(given) ? Object.keys(given) : []);
  if (options.isEnvironments) return environments.filter(({ label }) => !present.has(label));
  const keys = place.shapes.flatMap((shape) => keysOf(shape, present, place.shapes));
  const unique = [...new Map(keys.map((key) => [key.name, key])).values()];
  const exclusive = encoderKeys(options.components);
  const hasEncoder = exclusive.some((name) => present.has(name)) && unique.length > exclusive.length;
  return unique
    .filter(({ name }) => !present.has(name) && !(hasEncoder && exclusive.includes(name)))
    .sort((a, b) => Number(b.isRequired) - Number(a.isRequired))
    .map((key) => offerOf(key, options.snippet));
}

interface Key {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

function keysOf({ schema, choices }: Shape, present: ReadonlySet<string>, all: readonly Shape[]): Key[] {
  const required = requiredOf(schema);
  const keys = Object.entries(propertiesOf(schema)).map(([name, property]): Key => {
    return { name, schema: property, isRequired: required.includes(name) && property.default === undefined };
  });
  if (choices.length > 0) return keys.filter(({ name }) => isChoosable(name, choices, present));
  // Which of several maps it is to be is said first.
  const telling = keys.filter((key) => key.schema.const !== undefined);
  const isOpen = all.filter((shape) => shape.schema.type === 'object').length > 1;
  return isOpen && telling.some(({ name }) => !present.has(name)) ? telling : keys;
}

/** One of the choices as long as none is made; what belongs to an own module only beside it. */
function isChoosable(name: string, choices: readonly string[], present: ReadonlySet<string>): boolean {
  const chosen = choices.find((choice) => present.has(choice));
  if (chosen === undefined) return choices.includes(name);
  return chosen === 'module' && !choices.includes(name);
}

function offerOf({ name, schema, isRequired }: Key, snippet: SnippetPlace | undefined): Offer {
  const { default: preset, description } = schema;
  const hasDefault = preset !== undefined && !isMap(preset);
  const type = valueNotation(schema).replaceAll('`', '');
  const about = isRequired ? ', required' : hasDefault ? `, default ${codeText(preset).replaceAll('`', '')}` : '';
  return {
    label: name,
    kind: 'property',
    detail: type + about,
    ...(description !== undefined && { documentation: String(description) }),
    insertText: snippet ? keySnippet(name, schema, snippet) : name,
  };
}
