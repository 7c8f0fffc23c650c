import { closest } from '../../core/closest.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field, Type } from '../../core/schema.ts';
import { compileStrftime, type TimeFormatter } from '../../core/strftime.ts';
import { isScalar } from '../scalar-text.ts';

/** A value of the row in a path. */
export interface Expression {
  /** As written, for messages: `event_time:%Y-%m-%d`. */
  readonly source: string;
  /** Where the column is: a field's index, then children's. */
  readonly path: readonly number[];
  /** Set for dates and timestamps that are written in a format. */
  readonly formatter?: TimeFormatter;
}

/** One folder of a path: literal text and values in turn. */
export type TemplateSegment = readonly (string | Expression)[];

/** The segments of a template such as `dt={event_time:%Y-%m-%d}/{country}`. Throws E_CONFIG naming the template. */
export function parseTemplate(template: string, fields: readonly Field[]): TemplateSegment[] {
  try {
    return splitSegments(template).map((segment) => parseSegment(segment, fields));
  } catch (error) {
    if (!(error instanceof ParquetryError)) throw error;
    throw new ParquetryError('E_CONFIG', `partition template "${template}": ${error.message}`, {
      hint: error.hint,
      cause: error,
      details: error.details,
    });
  }
}

/** The fields that are read from the path and therefore not from the file: those of segments `name={name}`. */
export function partitionColumns(segments: readonly TemplateSegment[], fields: readonly Field[]): Set<string> {
  const columns = new Set<string>();
  for (const segment of segments) {
    const name = hiveName(segment);
    const field = fields.find((candidate) => candidate.name.toLowerCase() === name?.toLowerCase());
    if (field === undefined) continue;
    const [, value, ...more] = segment;
    const isItself =
      typeof value === 'object' && value.source === field.name && more.length === 0 && name === field.name;
    if (!isItself) throw shadowing(name!, field.name);
    columns.add(field.name);
  }
  return columns;
}

/** Slashes divide segments, except inside braces: a format may hold one, which is then refused by name. */
function splitSegments(template: string): string[] {
  return template.split(/\/(?![^{}]*\})/);
}

function parseSegment(segment: string, fields: readonly Field[]): TemplateSegment {
  if (segment === '' || segment === '/')
    throw refusal('must not have empty segments', 'Write it without a slash at its ends.');
  if (/[{}]/.test(segment.replace(/\{[^{}]*\}/g, ''))) {
    throw refusal('must have its braces in pairs', 'Write {field} or {field:%Y-%m-%d}.');
  }
  const parts = segment.split(/(\{[^{}]*\})/).filter((part) => part !== '');
  const parsed = parts.map((part) =>
    part.startsWith('{') ? parseExpression(part.slice(1, -1), fields) : literal(part),
  );
  if (segment === '.' || segment === '..') throw refusal(`must stay inside its prefix, got the segment "${segment}"`);
  return parsed;
}

function literal(text: string): string {
  if (/[\x00-\x1f\x7f\\"#%'*:?[\]^]/.test(text)) {
    throw refusal(`must not have characters in its fixed text that Hive escapes, got "${text}"`);
  }
  return text;
}

function parseExpression(source: string, fields: readonly Field[]): Expression {
  const colon = source.indexOf(':');
  const name = (colon < 0 ? source : source.slice(0, colon)).trim();
  const { path, type } = resolve(name, fields);
  if (!isScalar(type)) throw refusal(`${name} must be a scalar to be in a path, got ${type.kind}`);
  if (colon < 0) return { source, path };
  const format = source.slice(colon + 1);
  if (type.kind !== 'timestamp' && type.kind !== 'date') {
    throw refusal(`${name} must be a date or a timestamp to have a format, got ${type.kind}`, `Write {${name}}.`);
  }
  return { source, path, formatter: checkedFormatter(format, name, type) };
}

function checkedFormatter(format: string, name: string, type: Type): TimeFormatter {
  const formatter = compileStrftime(format);
  if (format.includes('/')) {
    throw refusal(
      `the format of ${name} must not have a slash, got ${format}`,
      `Write {${name}:%Y}/{${name}:%m} and so on.`,
    );
  }
  if (!Number.isFinite(formatter.granularityMicros)) {
    throw refusal(`the format of ${name} must have a directive such as %Y, got "${format}"`);
  }
  if (type.kind === 'date' && formatter.granularityMicros < 86_400_000_000) {
    throw refusal(`the format of ${name} must not have hours or finer, since it is a date, got ${format}`);
  }
  return formatter;
}

/** A field by its name, or a member of a struct by its dotted path. */
function resolve(name: string, fields: readonly Field[]): { path: number[]; type: Type } {
  const index = fields.findIndex((field) => field.name === name);
  if (index >= 0) return { path: [index], type: fields[index]!.type };
  const outer = fields.findIndex(({ name: prefix, type }) => type.kind === 'struct' && name.startsWith(`${prefix}.`));
  const { name: prefix, type } = fields[outer] ?? {};
  if (prefix === undefined || type?.kind !== 'struct') {
    const names = fields.map((field) => field.name);
    const near = closest(name, names);
    const hint = `${near === undefined ? '' : `Did you mean ${near}? `}Known are ${names.join(', ')}.`;
    throw refusal(`must name fields of the output, got ${name}`, hint, { unknownField: name, near });
  }
  const inner = resolve(name.slice(prefix.length + 1), type.fields);
  return { path: [outer, ...inner.path], type: inner.type };
}

/** The `name` of a segment `name=…`. */
function hiveName(segment: TemplateSegment): string | undefined {
  const [first] = segment;
  const equals = typeof first === 'string' ? first.indexOf('=') : -1;
  return equals > 0 ? (first as string).slice(0, equals) : undefined;
}

function shadowing(name: string, field: string): ParquetryError {
  return new ParquetryError('E_CONFIG', `partition column ${name} must not hide the field ${field} by another value`, {
    hint: `Readers take ${name} from the path: write ${field}={${field}}, or give the partition another name.`,
  });
}

function refusal(rule: string, hint?: string, details?: Record<string, unknown>): ParquetryError {
  return new ParquetryError('E_CONFIG', rule, { hint, details });
}
