import { LineCounter, parseDocument } from 'yaml';
import { ParquetryError } from '../core/errors.ts';
import { type ExactJson, isJsonNumber, isJsonObject, parseExactJson } from '../core/exact-json.ts';
import type { Field, Schema } from '../core/schema.ts';
import { formatSlot, parseSlot } from '../core/schema-text.ts';

/** One version of the input schema as its file says it. */
export interface SchemaVersion {
  readonly schema: Schema;
  readonly version: number;
  /** Set by whoever decided that this version need not take the records of the one before. */
  readonly breaking: boolean;
  /** Absolute path. */
  readonly file: string;
}

const KEYS = ['$comment', '$schema', 'version', 'breaking', 'fields'];
const COMMENT =
  'Input schema, written by `parquetry infer`. Edit types by hand where you know better; a `?` allows null and missing.';

/** The text of a schema file: one line a field, so that a change of one field is a change of one line. */
export function formatSchemaFile(schema: Schema, options: { version: number; breaking: boolean }): string {
  const fields = schema.fields.map(
    (field) => `    ${JSON.stringify(field.name)}: ${JSON.stringify(formatSlot(field))}`,
  );
  const head = [`  "$comment": ${JSON.stringify(COMMENT)}`, `  "version": ${options.version}`];
  if (options.breaking) head.push('  "breaking": true');
  return `{\n${head.join(',\n')},\n  "fields": {\n${fields.join(',\n')}\n  }\n}\n`;
}

/** Reads the text of a schema file. Throws E_SCHEMA with file and line for whatever is wrong in it. */
export function parseSchemaFile(text: string, file: string): SchemaVersion {
  const refuse = (path: readonly string[], message: string, hint?: string): never => {
    throw new ParquetryError('E_SCHEMA', message, { hint, file, ...positionOf(text, path) });
  };
  const root = parseJson(text, file);
  if (!isJsonObject(root)) return refuse([], 'a schema file must be a JSON object');
  for (const key of root.keys())
    if (!KEYS.includes(key)) refuse([key], `${JSON.stringify(key)} is no key of a schema file`);
  const version = integerOf(root.get('version'));
  if (version === undefined || version < 1) return refuse(['version'], 'version must be a whole number from 1');
  const breaking = root.get('breaking') ?? false;
  if (typeof breaking !== 'boolean') return refuse(['breaking'], 'breaking must be true or false');
  const entries = root.get('fields') ?? null;
  if (!isJsonObject(entries) || entries.size === 0)
    return refuse(['fields'], 'fields must be an object with at least one field');
  const fields = [...entries].map(([name, notation]): Field => {
    if (typeof notation !== 'string')
      return refuse(['fields', name], `the type of ${name} must be text such as "int?"`);
    try {
      return { name, ...parseSlot(notation) };
    } catch (thrown) {
      if (!(thrown instanceof ParquetryError)) throw thrown;
      return refuse(['fields', name], `${name}: ${thrown.message}`, thrown.hint);
    }
  });
  return { schema: { fields, version }, version, breaking, file };
}

function parseJson(text: string, file: string): ExactJson {
  try {
    return parseExactJson(text);
  } catch (thrown) {
    if (!(thrown instanceof ParquetryError)) throw thrown;
    const before = text.slice(0, Number(thrown.details.offset)).split('\n');
    const position = { line: before.length, column: before.at(-1)!.length + 1 };
    throw new ParquetryError('E_SCHEMA', thrown.message, { file, ...position });
  }
}

function integerOf(value: ExactJson | undefined): number | undefined {
  if (value === undefined || !isJsonNumber(value)) return undefined;
  const number = Number(value.digits);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** JSON is YAML, and the YAML parser remembers positions. Only mistakes pay for the second parse. */
function positionOf(text: string, path: readonly string[]): { line: number; column: number } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: false });
  const node = document.getIn(path, true) as { range?: readonly number[] } | undefined;
  const { line, col } = lineCounter.linePos(node?.range?.[0] ?? 0);
  return { line, column: col };
}
