import type { ColumnBatch } from '../columns/column.ts';
import { cellToJson } from '../columns/ndjson-text.ts';
import { elapsed, plural } from '../core/quantities.ts';
import { type PreviewDeadLetter, type PreviewResult, recordOutcomes } from '../protocol/preview.ts';
import type { Count } from '../protocol/rows.ts';
import { batchOf } from '../studio/preview/read-rows.ts';
import type { Output } from './context.ts';
import type { Paint } from './paint.ts';
import { alignRows } from './table.ts';

export interface PreviewReportOptions {
  readonly output: Pick<Output, 'columns' | 'paint'>;
  /** A file as the user would write it. */
  showPath(file: string): string;
}

/** Records that are shown one by one; all of them are counted. */
const SHOWN_RECORDS = 20;
const SHOWN_LETTERS = 10;
const MAX_CELL = 24;
/** Columns of a terminal that numbers of records and lines between take, and a note that there are more columns. */
const MARGINS = 11;
const MORE = 10;

/** A preview for people: each record beside what became of it, then why not. */
export function renderPreview(result: PreviewResult, options: PreviewReportOptions): string {
  const { paint, columns } = options.output;
  const hidden = result.records - SHOWN_RECORDS;
  const lines = [
    `${paint.bold(result.pipeline)}  ${summaryOf(result, options)}`,
    '',
    ...tableOf(result, { paint, width: columns }),
    ...(hidden > 0 ? [paint.dim(`  … and ${plural(hidden, 'more record')}; --json prints all`)] : []),
    ...section('Dropped', countLines(countsOf(result.dropped.map(({ reason }) => reason))), paint),
    ...section(
      'Dead-lettered',
      result.deadLetters.slice(0, SHOWN_LETTERS).flatMap((letter) => letterLines(letter, options)),
      paint,
    ),
    ...section(
      'Passed through as they are, for they failed',
      (result.passedThrough ?? []).slice(0, SHOWN_LETTERS).flatMap((letter) => letterLines(letter, options)),
      paint,
    ),
    ...section(
      'Printed',
      (result.printed ?? '')
        .split('\n')
        .filter(Boolean)
        .slice(0, SHOWN_RECORDS)
        .map((line) => `  ${line}`),
      paint,
    ),
    ...section('Keys in neither schema', countLines(result.unknownKeys), paint),
    ...result.partitions.flatMap((counts, i) =>
      section(`Partitions of sink ${i + 1}, in rows`, countLines(counts), paint),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function summaryOf(result: PreviewResult, { output: { paint }, showPath }: PreviewReportOptions): string {
  const { records, isCut, samples, output, dropped, deadLetters, elapsedMs, stopsAt } = result;
  const from = samples.length === 1 ? showPath(samples[0]!.file) : plural(samples.length, 'sample');
  const read = `${isCut ? 'the first ' : ''}${plural(records, 'record')} of ${from}`;
  const made = `${plural(output.length, 'row')}, ${dropped.length} dropped, ${deadLetters.length} dead-lettered`;
  const end =
    stopsAt === undefined ? '' : paint.red(`\na run would fail at record ${stopsAt + 1}: errors.record is "fail"`);
  return `${read}: ${made}  ${paint.dim(elapsed(elapsedMs.total))}${end}`;
}

interface Style {
  readonly paint: Paint;
  /** Of the terminal. */
  readonly width: number;
}

/** Header and a line for each row of the output, or for a record that has none. */
function tableOf(result: PreviewResult, { paint, width }: Style): string[] {
  const [input, output] = [batchOf(result.input), batchOf(result.output)];
  const records = Math.min(result.records, SHOWN_RECORDS);
  const rowsOf = Map.groupBy(result.origin.keys(), (row) => result.origin[row]!);
  const room = width - MARGINS;
  const { fit: before, left } = fitting(input, room >> 1);
  const { fit: after } = fitting(output, (room >> 1) + left);
  const header = [
    '#',
    ...before.map((i) => input.fields[i]!.name),
    ...more(input, before),
    '│',
    ...after.map((i) => outputTitle(output, i, input)),
    ...more(output, after),
  ];
  const lines = [header.map((title) => (title.startsWith('+') ? paint.green(title) : paint.dim(title)))];
  const reasons = reasonsOf(result);
  // Behind what is aligned: a long reason must not widen a column.
  const fates = new Map<number, string>();
  for (let record = 0; record < records; record++) {
    const inputRow = result.inputRow[record]!;
    const left = before.map((i) => (inputRow < 0 ? '' : cellText(input, i, inputRow)));
    const blank = before.map(() => '');
    const pad = [...more(input, before).map(() => ''), paint.dim('│')];
    const rows = rowsOf.get(record) ?? [];
    if (rows.length === 0) {
      fates.set(lines.length, `  ${fateText(result, record, reasons, paint)}`);
      lines.push([String(record + 1), ...left, ...pad]);
    }
    rows.forEach((row, at) => {
      const cells = after.map((i) => outputCell({ input, output, column: i, inputRow, row }, paint));
      lines.push([at === 0 ? String(record + 1) : '', ...(at === 0 ? left : blank), ...pad, ...cells]);
    });
  }
  return alignRows(lines, '  ').map((line, at) => line + (fates.get(at) ?? ''));
}

/** Columns that fit, the first ones, at least one; and how much room is left. */
function fitting({ fields, length, columns }: ColumnBatch, room: number): { fit: number[]; left: number } {
  let left = room;
  const fit: number[] = [];
  for (let i = 0; i < fields.length; i++) {
    const shown = Math.min(length, SHOWN_RECORDS);
    const texts = Array.from({ length: shown }, (_, row) => shorten(plainText(cellToJson(columns[i]!, row))).length);
    const needed = Math.max(fields[i]!.name.length + 1, ...texts) + 2;
    if (left < needed && i > 0) return { fit, left: Math.max(0, left - MORE) };
    left = Math.max(0, left - needed);
    fit.push(i);
  }
  return { fit, left };
}

function more({ fields }: ColumnBatch, shown: readonly number[]): string[] {
  return shown.length < fields.length ? [`${fields.length - shown.length} more`] : [];
}

function outputTitle(output: ColumnBatch, column: number, input: ColumnBatch): string {
  const { name } = output.fields[column]!;
  return input.fields.some((field) => field.name === name) ? name : `+${name}`;
}

interface OutputCell {
  readonly input: ColumnBatch;
  readonly output: ColumnBatch;
  readonly column: number;
  readonly inputRow: number;
  readonly row: number;
}

function outputCell({ input, output, column, inputRow, row }: OutputCell, paint: Paint): string {
  const text = cellText(output, column, row);
  const same = input.fields.findIndex(({ name }) => name === output.fields[column]!.name);
  if (same < 0) return paint.green(text);
  const isChanged =
    inputRow >= 0 && cellToJson(input.columns[same]!, inputRow) !== cellToJson(output.columns[column]!, row);
  return isChanged ? paint.yellow(`~${text}`) : text;
}

function cellText(batch: ColumnBatch, column: number, row: number): string {
  return shorten(plainText(cellToJson(batch.columns[column]!, row)));
}

/** Strings without their quotes where that leaves no doubt. */
function plainText(json: string): string {
  return /^"[^"\\]+"$/.test(json) ? json.slice(1, -1) : json;
}

function shorten(text: string): string {
  return text.length <= MAX_CELL ? text : `${text.slice(0, MAX_CELL - 1)}…`;
}

/** Why a record has no rows. */
function reasonsOf({ dropped, deadLetters }: PreviewResult): ReadonlyMap<number, string> {
  return new Map([
    ...dropped.map(({ record, reason }) => [record, reason] as const),
    ...deadLetters.map(({ record, reason, message }) => [record, `${reason}: ${message}`] as const),
  ]);
}

function fateText(result: PreviewResult, record: number, reasons: ReadonlyMap<number, string>, paint: Paint): string {
  const outcome = recordOutcomes[result.outcomes[record]!];
  const reason = reasons.get(record) ?? '';
  return outcome === 'dropped' ? paint.dim(`- dropped: ${reason}`) : paint.red(`! ${reason}`);
}

function letterLines(
  { record, stage, reason, message, place, original }: PreviewDeadLetter,
  { output: { paint }, showPath }: PreviewReportOptions,
): string[] {
  const at = place ? ` ${paint.cyan(`${showPath(place.file)}:${place.line}:${place.column}`)}` : '';
  const text = original.length > 160 ? `${original.slice(0, 159)}…` : original;
  return [`  record ${record + 1}${at} ${stage}, ${reason}: ${message}`, paint.dim(`    ${text.replace(/\s+/g, ' ')}`)];
}

function countsOf(names: readonly string[]): Count[] {
  return Array.from(
    Map.groupBy(names, (name) => name),
    ([name, all]): Count => [name, all.length],
  ).sort(([, a], [, b]) => b - a);
}

function countLines(counts: readonly Count[]): string[] {
  const shown = counts.slice(0, SHOWN_LETTERS).map(([name, count]) => [name, String(count)]);
  const hidden = counts.length - shown.length;
  return [...alignRows(shown, '  '), ...(hidden > 0 ? [`  … and ${hidden} more`] : [])];
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines];
}
