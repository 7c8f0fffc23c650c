import { readFile } from 'node:fs/promises';
import { count, plural, size } from '../core/quantities.ts';
import { displayPath } from '../pipeline/render-problems.ts';
import type { ColumnProfile, ProfileResult } from '../protocol/profile.ts';
import { FEW_ROWS } from '../studio/profile/few-rows.ts';
import { bar, sparkline } from './bars.ts';
import type { CliContext } from './context.ts';
import type { Paint } from './paint.ts';
import { alignRows } from './table.ts';
import { wrapped } from './wrapped.ts';

type ReportContext = Pick<CliContext, 'cwd' | 'stdout'>;

const BAR = 16;
const LINES = 8;
const VALUE_CHARACTERS = 34;

/** The report of `parquetry profile`. Reads the lines of code that it shows. */
export async function renderProfile(name: string, result: ProfileResult, context: ReportContext): Promise<string> {
  const { paint } = context.stdout;
  const sections = [
    [title(name, result, paint)],
    result.notes.map((note) => paint.yellow(note)),
    speed(result, paint),
    columns(result, paint),
    encodings(result, paint),
    rowGroups(result, paint),
    await hotLines(result, context),
    advice(result, context),
  ];
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function title(name: string, result: ProfileResult, { bold, dim }: Paint): string {
  const { records, rows, inputBytes, encodedBytes } = result;
  const lost = [...result.dropped.map(([reason, n]) => `${count(n)} dropped: ${reason}`)];
  const dead = result.deadLettered.map(([reason, n]) => `${plural(n, 'dead letter')}: ${reason}`);
  const share = inputBytes > 0 ? ` (${percent(encodedBytes / inputBytes)})` : '';
  const facts = [
    `${plural(records, 'record')} → ${plural(rows, 'row')}`,
    `${size(inputBytes)} → ${size(encodedBytes)}${share}`,
    ...lost,
    ...dead,
  ];
  return `${bold(name)}  ${facts.join(dim(' · '))}`;
}

function speed({ speed: { rowsPerSPerCore, mbPerSPerCore, shares } }: ProfileResult, paint: Paint): string[] {
  const rows = Object.entries(shares).map(([stage, share]) => [
    stage,
    percent(share).padStart(5),
    paint.cyan(bar(share, BAR)),
  ]);
  return [
    `${paint.bold('One core')}  ${count(rowsPerSPerCore)} rows/s ${paint.dim('·')} ${mbPerSPerCore.toFixed(mbPerSPerCore < 10 ? 1 : 0)} MB/s of input`,
    ...alignRows(rows, '  '),
  ];
}

function columns({ columns: all, encodedBytes, rows, codecs }: ProfileResult, paint: Paint): string[] {
  const header = ['column', 'type', 'nulls', 'distinct', 'values', '', 'in file'.padStart(9), ''].map(paint.dim);
  const lines = all.map((column) => [
    column.name,
    paint.dim(column.type),
    column.nulls === 0 ? paint.dim('–'.padStart(5)) : percent(column.nulls / Math.max(1, rows)).padStart(5),
    count(column.distinct).padStart(8),
    valuesText(column),
    paint.cyan(sparkline(column.histogram?.counts ?? [])),
    column.isInPath
      ? paint.dim('in path'.padStart(9))
      : (codecs.length > 0 ? size(column.encodedBytes) : '–').padStart(9),
    bar(column.encodedBytes / Math.max(1, encodedBytes), BAR),
  ]);
  return [paint.bold('Columns'), ...alignRows([header, ...lines], '  ')];
}

function valuesText({ min, max, top }: ColumnProfile): string {
  const text = min !== undefined && max !== undefined ? (min === max ? min : `${min} … ${max}`) : (top[0]?.[0] ?? '');
  const line = text.replace(/\s+/g, ' ');
  return line.length <= VALUE_CHARACTERS ? line : `${line.slice(0, VALUE_CHARACTERS - 1)}…`;
}

/** How columns are encoded, and the smallest that they could be in the codec that they have. */
function encodings({ columns: all, codecs, rows }: ProfileResult, paint: Paint): string[] {
  if (codecs.length === 0) return [];
  const most = Math.max(...codecs.map(({ bytes }) => bytes));
  const files = codecs.map(({ codec, bytes, isCurrent }) => [
    isCurrent ? paint.bold(codec) : codec,
    size(bytes).padStart(9),
    paint.cyan(bar(bytes / most, BAR)),
    isCurrent ? paint.dim('now') : '',
  ]);
  const better = (rows < FEW_ROWS ? [] : all).flatMap(({ name, trials }) => {
    const now = trials.find(({ isCurrent }) => isCurrent);
    const best = trials
      .filter(({ codec }) => codec === now?.codec)
      .reduce((least, trial) => (trial.bytes < least.bytes ? trial : least), now!);
    if (!now || best === now || best.bytes > now.bytes * 0.98) return [];
    const change = percent(best.bytes / now.bytes - 1);
    return [[name, `${now.encoding} ${size(now.bytes)}`, `${best.encoding} ${size(best.bytes)}`, paint.green(change)]];
  });
  const table =
    better.length === 0 ? [] : ['', `${paint.bold('Smaller in another encoding')}`, ...alignRows(better, '  ')];
  return [paint.bold('Whole file by codec'), ...alignRows(files, '  '), ...table];
}

function rowGroups({ rowGroups: curve }: ProfileResult, paint: Paint): string[] {
  if (curve.length < 2) return [];
  const most = Math.max(...curve.map(({ bytesPerRow }) => bytesPerRow));
  const lines = curve.map(({ rows, bytesPerRow }) => [
    `${count(rows).padStart(9)} rows`,
    `${bytesPerRow.toFixed(1).padStart(7)} bytes a row`,
    paint.cyan(bar(bytesPerRow / most, BAR)),
  ]);
  return [paint.bold('By row group'), ...alignRows(lines, '  ')];
}

async function hotLines({ lines }: ProfileResult, { cwd, stdout: { paint } }: ReportContext): Promise<string[]> {
  if (lines.length === 0) return [];
  const rows = lines.slice(0, LINES).map(async ({ file, line, share }) => {
    const text = (await readFile(file, 'utf8').catch(() => '')).split('\n')[line - 1] ?? '';
    return [
      percent(share).padStart(5),
      paint.cyan(bar(share, BAR)),
      `${displayPath(file, cwd)}:${line}`,
      paint.dim(text.trim()),
    ];
  });
  return [paint.bold('Your code, by line'), ...alignRows(await Promise.all(rows), '  ')];
}

function advice({ advice: all, notes }: ProfileResult, { cwd, stdout: { paint, columns } }: ReportContext): string[] {
  if (all.length === 0) return notes.length > 0 ? [] : [paint.green('Nothing to advise.')];
  const lines = all.flatMap(({ title: text, why, fix, place }) => [
    `  ${paint.yellow('●')} ${paint.bold(text)}`,
    ...wrapped(why, columns - 4).map((line) => `    ${line}`),
    ...(place ? [`    ${displayPath(place.file, cwd)}:${place.line}`] : []),
    ...(fix ? [paint.green(`    Fix: ${fix.title} (one click in the studio)`)] : []),
  ]);
  return [paint.bold('Advice'), ...lines];
}

function percent(share: number): string {
  const value = share * 100;
  if (value <= -99.5) return 'over -99 %';
  return `${Math.abs(value) < 1 && value !== 0 ? value.toFixed(1) : Math.round(value)} %`;
}
