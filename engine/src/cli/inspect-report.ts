import { count, plural, size } from '../core/quantities.ts';
import type { ChunkSummary, ParquetSummary, RowGroupSummary } from '../encoders/parquet/inspect.ts';
import { exactJson, type Output } from './context.ts';
import { alignRows } from './table.ts';

export interface ReportOptions {
  /** Minimum, maximum and encodings of every column. */
  readonly statistics: boolean;
  readonly output: Output;
}

/** Longest value in a table; the whole value is in --json. */
const MAX_CELL = 40;
/** Row groups listed one by one. */
const MAX_ROW_GROUPS = 20;

/** A Parquet file for people: what it is, its columns, its row groups, its first rows. */
export function renderParquet(file: string, summary: ParquetSummary, options: ReportOptions): string {
  const { paint } = options.output;
  const { rows, rowGroups, sizeBytes, createdBy } = summary;
  const facts = [plural(rows, 'row'), plural(rowGroups.length, 'row group'), size(sizeBytes)];
  const keys = Object.entries(summary.keyValues).map(([key, value]) => [paint.dim(key), cut(value)]);
  const lines = [
    `${paint.bold(file)}  ${facts.join(', ')}${createdBy === undefined ? '' : paint.dim(`  by ${createdBy}`)}`,
    ...alignRows(keys, '  '),
    ...section('Schema', schemaRows(summary, options), options),
    ...section('Row groups', rowGroupRows(rowGroups), options),
    ...(options.statistics ? rowGroups.flatMap((_, index) => statisticsOf(summary, index, options)) : []),
    ...headLines(summary, options),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, rows: string[][], { output }: ReportOptions): string[] {
  return rows.length === 0 ? [] : ['', output.paint.bold(title), ...alignRows(rows, '  ')];
}

/** Columns with the share of the file each takes: what costs storage and scanning shows at once. */
function schemaRows({ fields, columns, rowGroups }: ParquetSummary, { output }: ReportOptions): string[][] {
  const bytes = columns.map((_, at) => sum(rowGroups.map((group) => group.columns[at]?.compressedBytes ?? 0)));
  const total = Math.max(1, sum(bytes));
  return fields.map(({ name, type }) => {
    const own = sum(columns.map(({ path }, at) => (path[0] === name ? (bytes[at] ?? 0) : 0)));
    const share = `${((own / total) * 100).toFixed(own / total < 0.1 ? 1 : 0)}%`;
    return [name, type, output.paint.dim(size(own).padStart(10)), output.paint.dim(share.padStart(5))];
  });
}

function rowGroupRows(groups: readonly RowGroupSummary[]): string[][] {
  const rows = groups.slice(0, MAX_ROW_GROUPS).map((group, index) => {
    const codecs = [...new Set(group.columns.map(({ codec }) => codec))].join(', ');
    const ratio = group.compressedBytes > 0 ? `${(group.uncompressedBytes / group.compressedBytes).toFixed(1)}×` : '';
    return [`#${index}`, `${count(group.rows)} rows`, size(group.compressedBytes), codecs, ratio];
  });
  const more = groups.length - rows.length;
  return more > 0 ? [...rows, [`and ${count(more)} more`]] : rows;
}

function statisticsOf({ columns, rowGroups }: ParquetSummary, index: number, options: ReportOptions): string[] {
  const { dim } = options.output.paint;
  const head = ['column', 'nulls', 'min', 'max', 'encodings'].map(dim);
  const rows = columns.map(({ path }, at) => chunkRow(path.join('.'), rowGroups[index]?.columns[at]));
  return section(`Row group #${index}`, [head, ...rows], options);
}

function chunkRow(name: string, chunk: ChunkSummary | undefined): string[] {
  if (!chunk) return [name];
  const nulls = chunk.nullCount === undefined ? '?' : count(chunk.nullCount);
  const marks = [chunk.pageIndex ? 'page index' : '', chunk.bloomFilter ? 'bloom filter' : ''].filter(Boolean);
  return [name, nulls, cell(chunk.min), cell(chunk.max), [...chunk.encodings, ...marks].join(' ')];
}

/** The first rows as a table; as records below each other where the table would not fit. */
function headLines({ head, fields, rows }: ParquetSummary, options: ReportOptions): string[] {
  if (head.length === 0) return [];
  const { output } = options;
  const title = head.length < rows ? `First ${plural(head.length, 'row')}` : 'Rows';
  const names = fields.map(({ name }) => name);
  const cells = head.map((row) => names.map((name) => cell(row[name])));
  const table = alignRows([names.map(output.paint.dim), ...cells], '  ');
  const fits = alignRows([names, ...cells], '  ').every((line) => line.length <= output.columns);
  const records = cells.flatMap((row, at) => [
    output.paint.dim(`  #${at}`),
    ...alignRows(
      row.map((value, column) => [output.paint.dim(names[column] ?? ''), value]),
      '    ',
    ),
  ]);
  return ['', output.paint.bold(title), ...(fits ? table : records)];
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return '∅';
  return cut(typeof value === 'string' ? value : exactJson(value).replaceAll(/\n\s*/g, ' '));
}

/** One line of text that a terminal shows as it is. */
function cut(text: string): string {
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return line.length > MAX_CELL ? `${line.slice(0, MAX_CELL - 1)}…` : line;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
