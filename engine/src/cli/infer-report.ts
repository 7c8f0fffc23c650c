import type { Inference } from '../core/infer.ts';
import type { InferredField } from '../core/infer-report.ts';
import { plural } from '../core/quantities.ts';
import type { Type } from '../core/schema.ts';
import { formatType, parseSlot } from '../core/schema-text.ts';
import type { Output } from './context.ts';
import { alignRows } from './table.ts';

const MIN_EXAMPLES_WIDTH = 20;

/** What was inferred as a table: fields with their types, how often they were empty, and examples. */
export function renderInference({ records, fields }: Inference, output: Output): string {
  const { paint } = output;
  const facts = fields.map((field) => [
    `${'  '.repeat(field.depth)}${lastStep(field.path)}`,
    briefType(field.type),
    emptyShare(field),
  ]);
  const titles = ['field', 'type', 'empty'];
  const used = titles.map((title, i) => Math.max(title.length, ...facts.map((row) => row[i]!.length)) + 2);
  const room = Math.max(MIN_EXAMPLES_WIDTH, output.columns - used.reduce((sum, width) => sum + width, 0));
  const head = [...titles, 'examples'].map((title) => paint.dim(title));
  const rows = fields.map((field, i) => {
    const [name, type, empty] = facts[i]!;
    return [name!, paint.cyan(type!), empty!, paint.dim(examplesOf(field, room))];
  });
  const notes = fields.flatMap((field) => field.notes.map((note) => `  ${paint.yellow(field.path)}: ${note}`));
  const table = alignRows([head, ...rows]).join('\n');
  return `${plural(records, 'record')}\n\n${table}\n${notes.length > 0 ? `\nNotes:\n${notes.join('\n')}\n` : ''}`;
}

/** The part of a path that its parent's row does not show; elements and values keep their brackets. */
function lastStep(path: string): string {
  const quoted = /"(?:[^"\\]|\\.)*"$/.exec(path);
  return quoted ? quoted[0] : path.slice(path.lastIndexOf('.') + 1);
}

/** Structs without their fields: these have rows of their own. */
function briefType(text: string): string {
  const { type, optional } = parseSlot(text);
  return `${formatType(withoutFields(type)).replaceAll('struct<>', 'struct')}${optional ? '?' : ''}`;
}

function withoutFields(type: Type): Type {
  switch (type.kind) {
    case 'struct':
      return { kind: 'struct', fields: [] };
    case 'list':
      return { kind: 'list', element: { ...type.element, type: withoutFields(type.element.type) } };
    case 'map':
      return { ...type, value: { ...type.value, type: withoutFields(type.value.type) } };
    default:
      return type;
  }
}

function emptyShare({ values, nulls, missing }: InferredField): string {
  const empty = nulls + missing;
  if (empty === 0 || values + empty === 0) return '';
  const percent = (empty / (values + empty)) * 100;
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** As many as there is room for. */
function examplesOf({ examples, type }: InferredField, room: number): string {
  if (/^(?:struct|map)/.test(type)) return '';
  const [first = '', ...more] = examples;
  return more.reduce((text, example) => {
    const longer = `${text}, ${example}`;
    return longer.length <= room ? longer : text;
  }, first);
}
