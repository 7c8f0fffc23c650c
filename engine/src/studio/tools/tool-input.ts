import { closest } from '../../core/closest.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { ToolDefinition, ToolProperty } from '../../protocol/tools.ts';
import type { ToolInput } from './tool.ts';

/** Checks an input against its tool's schema. Throws E_CONFIG that says what is wrong in words a model can act on. */
export function parseToolInput({ name, inputSchema }: ToolDefinition, given: unknown): ToolInput {
  const refused = (rule: string, hint?: string) =>
    new ParquetryError('E_CONFIG', `the input of ${name} ${rule}`, { hint });
  const input = given ?? {};
  if (typeof input !== 'object' || Array.isArray(input)) throw refused('must be an object');
  const { properties, required = [] } = inputSchema;
  for (const key of Object.keys(input)) {
    if (Object.hasOwn(properties, key)) continue;
    const near = closest(key, Object.keys(properties));
    throw refused(`has no ${JSON.stringify(key)}`, near ? `Did you mean ${near}?` : undefined);
  }
  for (const key of required)
    if (!Object.hasOwn(input, key)) throw refused(`must have ${key}`, properties[key]?.description);
  for (const [key, value] of Object.entries(input)) {
    const wanted = wantedOf(properties[key]!, value);
    if (wanted) throw refused(`must have ${wanted} as ${key}, got ${JSON.stringify(value)}`);
  }
  return input as ToolInput;
}

const names = { string: 'text', integer: 'a whole number', number: 'a number', boolean: 'true or false' } as const;

/** What the value should be; undefined if it is. */
function wantedOf({ type, minimum = -Infinity, maximum = Infinity }: ToolProperty, value: unknown): string | undefined {
  if (type === undefined) return undefined;
  const isOfType = type === 'integer' ? Number.isSafeInteger(value) : typeof value === type;
  if (!isOfType) return names[type];
  if (typeof value !== 'number' || (value >= minimum && value <= maximum)) return undefined;
  return maximum === Infinity ? `${names[type]} from ${minimum}` : `${names[type]} from ${minimum} to ${maximum}`;
}
