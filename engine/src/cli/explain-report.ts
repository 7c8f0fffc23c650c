import { plural } from '../core/quantities.ts';
import type { ExplainedField, Explanation, Remark } from '../transforms/columnar/explain.ts';
import type { Paint } from './paint.ts';
import { alignRows } from './table.ts';

export interface ExplainReportOptions {
  readonly paint: Paint;
  /** A file as the user would write it. */
  showPath(file: string): string;
}

/** An explanation for people: what is handed on, what is computed out of what, and what stands in the way. */
export function renderExplanation(title: string, explanation: Explanation, options: ExplainReportOptions): string {
  const { paint } = options;
  const { fields, remarks, unread } = explanation;
  const table = [['output', 'type', '', 'from'].map(paint.dim), ...fields.map((field) => fieldRow(field, paint))];
  const notes = fields.flatMap(({ name, remark }) =>
    remark ? remarkLines({ ...remark, message: `${name}: ${remark.message}` }, options) : [],
  );
  const lines = [
    `${paint.bold(title)}  ${summary(explanation)}`,
    '',
    ...alignRows(table, '  '),
    ...section(
      'Nothing is handed on, because',
      remarks.flatMap((remark) => remarkLines(remark, options)),
      paint,
    ),
    ...section('Computed, though they look like copies', notes, paint),
    ...section('Made into JavaScript values', list(explanation.built), paint),
    ...section('Never read', list(unread), paint),
  ];
  return `${lines.join('\n')}\n`;
}

function summary({ fields, runsCode }: Explanation): string {
  const handedOn = fields.filter(({ how }) => how !== 'computed').length;
  const share = `${handedOn} of ${plural(fields.length, 'field')} need no JavaScript values`;
  return runsCode ? share : `${share}; map is not called`;
}

function fieldRow({ name, type, how, from, call, reads }: ExplainedField, paint: Paint): string[] {
  if (how === 'handed-on') return [name, paint.dim(type), paint.green('handed on'), from ?? ''];
  if (how === 'built-in') return [name, paint.dim(type), paint.green('built-in'), call ?? ''];
  return [name, paint.dim(type), paint.yellow('computed'), reads.join(', ')];
}

function remarkLines({ message, hint, place }: Remark, { paint, showPath }: ExplainReportOptions): string[] {
  const at = place && `${showPath(place.file)}:${place.line}:${place.column}: `;
  return [`  ${at ? paint.cyan(at) : ''}${message}`, ...(hint === undefined ? [] : [`    ${paint.dim(hint)}`])];
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines];
}

function list(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`  ${names.join(', ')}`];
}
