import type { JsonSchema } from './json-schema.ts';

/** What a place of the pipeline file takes, in a few words: `duration`, `whole number 1 to 64 or map`, `` `zstd`, `none` ``. Markdown. */
export function valueNotation(node: JsonSchema): string {
  const quantity = quantityOf(node);
  if (quantity) return quantity;
  if (Array.isArray(node.enum)) return node.enum.map(codeText).join(', ');
  if (node.const !== undefined) return codeText(node.const);
  const alternatives = alternativesOf(node).filter((one) => valueNotation(one) !== 'anything');
  if (alternatives.length > 0) return [...new Set(alternatives.map(valueNotation))].join(' or ');
  if (node.type === 'array') return `list of ${valueNotation((node.items ?? {}) as JsonSchema)}`;
  if (node.type === 'integer' || node.type === 'number')
    return [numberNames[node.type], rangeText(node)].filter(Boolean).join(' ');
  return plainNames[String(node.type)] ?? 'anything';
}

/** The schemas that a place may follow one of; none where it has only its own. */
export function alternativesOf({ anyOf = [], oneOf = [] }: JsonSchema): JsonSchema[] {
  return [...(anyOf as JsonSchema[]), ...(oneOf as JsonSchema[])];
}

/** Durations and sizes are unions of text in a certain notation and a number; see core/units.ts. */
export function quantityOf(node: JsonSchema): 'duration' | 'size' | undefined {
  const text = (node.anyOf as JsonSchema[] | undefined)?.find(
    (branch) => branch.type === 'string' && branch.pattern !== undefined,
  );
  if (String(text?.pattern).includes('ms|s|m|h|d')) return 'duration';
  return String(text?.pattern).includes('[KMGT]iB') ? 'size' : undefined;
}

/** A value as code in Markdown. */
export function codeText(value: unknown): string {
  return `\`${typeof value === 'string' ? value || '""' : JSON.stringify(value)}\``;
}

const numberNames = { integer: 'whole number', number: 'number' };
const plainNames: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false', object: 'map' };

function rangeText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  const low =
    minimum !== undefined ? `from ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '';
  const high =
    maximum !== undefined ? `up to ${maximum}` : exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : '';
  return [low, high].filter(Boolean).join(', ');
}
