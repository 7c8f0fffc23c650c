import type { Field } from '../../core/schema.ts';
import { formatSlot } from '../../core/schema-text.ts';
import type { JsonSchema } from '../../pipeline/json-schema.ts';
import { quantityOf } from '../../pipeline/value-notation.ts';
import type { Offer } from './complete-keys.ts';
import { quantityUnits } from './quantity-text.ts';
import { isMap, type SchemaPlace } from './schema-place.ts';
import { escapeSnippet } from './snippet.ts';
import type { FilePath } from './yaml-spot.ts';

/** What is known where a value is typed. */
export interface ValueContext {
  readonly path: FilePath;
  readonly plain: unknown;
  /** What is typed so far. */
  readonly typed: string;
  readonly isQuoted: boolean;
  readonly isFlow: boolean;
}

/** The values that may stand at a place, as far as they can be known. */
export function offerValues({ schema, shapes }: SchemaPlace, context: ValueContext): Offer[] {
  if (schema === undefined) return [];
  const offers = [
    ...shapes.flatMap((shape) => literals(shape.schema)).map((value) => valueOffer(value, schema.default)),
    ...presetOffers(schema),
    ...quantityOffers(schema, context.typed),
    ...knownNames(context).map((name) => valueOffer(name, undefined)),
    ...variableOffers(context),
  ];
  return [...new Map(offers.map((offer) => [offer.label, offer])).values()];
}

function literals(schema: JsonSchema): unknown[] {
  if (Array.isArray(schema.enum)) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  return schema.type === 'boolean' ? [true, false] : [];
}

function valueOffer(value: unknown, preset: unknown): Offer {
  const text = String(value);
  return {
    label: text,
    kind: 'value',
    ...(value === preset && { detail: 'default' }),
    insertText: escapeSnippet(text),
  };
}

function presetOffers({ default: preset }: JsonSchema): Offer[] {
  const isValue = preset !== undefined && preset !== '' && !isMap(preset) && !Array.isArray(preset);
  return isValue ? [valueOffer(preset, preset)] : [];
}

/** A number that was typed, with each unit. */
function quantityOffers(schema: JsonSchema, typed: string): Offer[] {
  const kind = quantityOf(schema);
  const amount = /^\d+(?:\.\d+)?/.exec(typed)?.[0];
  if (kind === undefined || amount === undefined) return [];
  return quantityUnits[kind].map((unit) => ({ ...valueOffer(amount + unit, undefined), detail: kind }));
}

/** Queues, buckets and modules that the file names elsewhere, and the usual names of files. */
function knownNames({ path, plain }: ValueContext): string[] {
  const key = path.at(-1);
  if (key === 'transform') return ['./transform.ts'];
  if (key !== 'queue' && key !== 'bucket') return [];
  return [...namesIn(plain, key)];
}

function namesIn(value: unknown, key: string, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, child] of Object.entries(value)) {
    if (name === key && typeof child === 'string') found.add(child);
    else namesIn(child, key, found);
  }
  return found;
}

/** A variable in the place of any value; in flow style YAML wants quotes around it. */
function variableOffers({ isQuoted, isFlow, plain, typed }: ValueContext): Offer[] {
  const quote = isFlow && !isQuoted && !typed.startsWith('$') ? '"' : '';
  const known = variablesIn(plain).map((name): Offer => {
    const label = `\${env:${name}}`;
    return { label, kind: 'value', detail: 'environment variable', insertText: quote + escapeSnippet(label) + quote };
  });
  const fresh: Offer = {
    label: `\${env:…}`,
    kind: 'snippet',
    detail: 'environment variable',
    documentation: 'The value of an environment variable, with a default for where it is not set.',
    insertText: `${quote}\\\${env:\${1:NAME}:-\${2:default}\\}${quote}`,
  };
  return [...known, fresh];
}

function variablesIn(value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  return [...new Set(Array.from(text.matchAll(/\$\{env:([A-Za-z_]\w*)/g), ([, name]) => name!))];
}

/** Formats of `{event_time:…}`, from coarse to fine. */
const timeFormats: readonly (readonly [format: string, about: string])[] = [
  ['%Y-%m-%d', 'a day: 2026-01-31'],
  ['%Y-%m', 'a month: 2026-01'],
  ['%Y', 'a year: 2026'],
  ['%H', 'an hour of the day: 09'],
  ['%Y-%m-%d-%H', 'an hour: 2026-01-31-09'],
];

/** What a partition template may say where the cursor stands in it, and how far back that reaches. */
export function offerTemplate(
  before: string,
  fields: readonly Field[],
  isQuoted: boolean,
): { readonly back: number; readonly offers: Offer[] } {
  const open = /\{([^{}:]*)(?::([^{}]*))?$/.exec(before);
  if (open === null) return { back: before.length, offers: wholeTemplates(fields, isQuoted) };
  const [, name = '', format] = open;
  if (format === undefined) return { back: name.length, offers: fields.map(fieldOffer) };
  const offers = timeFormats.map(([text, about]): Offer => ({ ...valueOffer(text, undefined), detail: about }));
  return { back: format.length, offers: isTime(fields.find((field) => field.name === name)) ? offers : [] };
}

function fieldOffer(field: Field): Offer {
  return { ...valueOffer(field.name, undefined), detail: formatSlot(field) };
}

function wholeTemplates(fields: readonly Field[], isQuoted: boolean): Offer[] {
  const quote = isQuoted ? '' : '"';
  return fields.flatMap((field): Offer[] => {
    const text = isTime(field) ? `dt={${field.name}:%Y-%m-%d}` : `${field.name}={${field.name}}`;
    if (!isTime(field) && !isLabel(field)) return [];
    return [
      { label: text, kind: 'snippet', detail: formatSlot(field), insertText: quote + escapeSnippet(text) + quote },
    ];
  });
}

function isTime(field: Field | undefined): boolean {
  return field?.type.kind === 'timestamp' || field?.type.kind === 'date';
}

/** Types whose values make sensible folders. */
function isLabel({ type }: Field): boolean {
  return ['string', 'bool', 'int8', 'int16', 'int32', 'int'].includes(type.kind);
}
