import { count, elapsed, plural, size } from '../core/quantities.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { displayPath } from '../pipeline/render-problems.ts';
import type { Diagnosis } from '../protocol/places.ts';
import type { CostLine, FileEnd, PlanPartition, PlanResult } from '../protocol/plan.ts';
import { bar } from './bars.ts';
import type { CliContext, Output } from './context.ts';
import type { Paint } from './paint.ts';
import { alignRows } from './table.ts';
import { wrapped } from './wrapped.ts';

const BAR = 20;
const PARTITIONS = 6;
/** Of lines below a diagnosis. */
const INDENT = 8;

const ENDS: Readonly<Record<FileEnd, string>> = {
  size: 'batch.targetSize',
  age: 'batch.maxAge',
  rows: 'batch.maxRows',
  memory: 'batch.memory',
  'in-flight': 'the messages that a run may hold',
};

/** The report of `parquetry plan`. */
export function renderPlan(
  pipeline: CheckedPipeline,
  result: PlanResult,
  { cwd, stdout }: Pick<CliContext, 'cwd' | 'stdout'>,
): string {
  const { paint } = stdout;
  const sections = [
    [title(pipeline, result, paint)],
    figures(pipeline, result, paint),
    partitions(result.partitions, paint),
    costs(result, paint),
    result.diagnoses.map((diagnosis) => diagnosisText(diagnosis, cwd, stdout)),
    result.notes.map((note) => paint.dim(note)),
  ];
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function title({ name, environment }: CheckedPipeline, result: PlanResult, { bold, dim }: Paint): string {
  const where = environment === undefined ? '' : ` in ${environment}`;
  const { recordsPerS, recordsPerMessage } = result;
  const messages = recordsPerMessage === 1 ? 'one a message' : `${count(recordsPerMessage)} a message`;
  return `${bold(name)}${where}  ${rate(recordsPerS)} records/s${dim(', ')}${messages}`;
}

function figures(pipeline: CheckedPipeline, result: PlanResult, { bold, dim }: Paint): string[] {
  const rows = [
    ['files', `${bold(rate(result.filesPerHour))} an hour, closed by ${ENDS[result.closedBy]}`],
    ['a file', `${bold(size(result.fileBytes))}, ${plural(Math.round(result.rowsPerFile), 'row')}`],
    ['delay', `at most ${elapsed(result.delayMs)} until a row can be read, and the upload`],
    ['partitions', `${count(result.openPartitions)} open at a time`],
    [
      'lanes',
      `${result.lanes} (at most ${pipeline.lanes.max}); one takes ${count(result.recordsPerSPerLane)} records/s`,
    ],
    ['memory', `about ${size(result.memoryBytes)} of the process`],
    ...(result.inFlightMessages > 0 ? [['in flight', `${count(result.inFlightMessages)} messages at most`]] : []),
    ['a month', `${gigabytes(result.gbPerMonth)} of files`],
    ...(result.diagnoses.some(({ message }) => message === result.reachable) ? [] : [['reachable', result.reachable]]),
  ];
  return alignRows(
    rows.map(([name = '', text = '']) => [dim(name), text]),
    '  ',
  );
}

function partitions(all: readonly PlanPartition[], { bold, cyan, dim }: Paint): string[] {
  if (all.length < 2) return [];
  const rows = all
    .slice(0, PARTITIONS)
    .map(({ path, share, filesPerHour, fileBytes, closedBy }) => [
      path,
      `${(share * 100).toFixed(0).padStart(3)} %`,
      cyan(bar(share, BAR)),
      `${size(fileBytes).padStart(9)}`,
      dim(`${rate(filesPerHour)} an hour, by ${closedBy}`),
    ]);
  const more = all.length > PARTITIONS ? [dim(`  and ${all.length - PARTITIONS} more`)] : [];
  return [bold('Partitions'), ...alignRows(rows, '  '), ...more];
}

function costs(result: PlanResult, paint: Paint): string[] {
  const { usdPerMonth, firehose, prices } = result;
  const most = Math.max(usdPerMonth, firehose.usdPerMonth, 0.01);
  return [
    `${paint.bold('Cost a month')}  ${paint.dim(`list prices of ${prices.region}, ${prices.asOf}, without free tiers`)}`,
    ...alignRows(
      [
        ...costRows('Parquetry', result.costs, usdPerMonth, most, paint),
        ...costRows('Firehose', firehose.costs, firehose.usdPerMonth, most, paint),
      ],
      '  ',
    ),
  ];
}

function costRows(name: string, lines: readonly CostLine[], total: number, most: number, paint: Paint): string[][] {
  const head = [paint.bold(name), paint.bold(dollars(total)), paint.cyan(bar(total / most, BAR)), ''];
  const rows = lines.map(({ what, how, usdPerMonth }) => [
    `  ${what}`,
    dollars(usdPerMonth),
    bar(usdPerMonth / most, BAR),
    paint.dim(how),
  ]);
  return [head, ...rows];
}

function diagnosisText({ severity, message, hint, place, fixes = [] }: Diagnosis, cwd: string, stdout: Output): string {
  const { paint, columns } = stdout;
  const mark = { error: paint.red('error  '), warning: paint.yellow('warning'), info: paint.cyan('note   ') }[severity];
  const [first = '', ...more] = wrapped(message, columns - INDENT);
  const rest = [
    ...more,
    ...(hint === undefined ? [] : wrapped(hint, columns - INDENT).map(paint.dim)),
    ...(place ? [paint.dim(`${displayPath(place.file, cwd)}:${place.line}`)] : []),
    ...fixes.map((fix) => paint.green(`Fix: ${fix.title} (one click in the studio)`)),
  ];
  return [`${mark} ${first}`, ...rest.map((line) => `${' '.repeat(INDENT)}${line}`)].join('\n');
}

function dollars(usd: number): string {
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`.padStart(11);
}

function gigabytes(gb: number): string {
  return gb < 1 ? `${(gb * 1_000).toFixed(0)} MB` : `${gb.toLocaleString('en-US', { maximumFractionDigits: 1 })} GB`;
}

/** 0.4, 12.5, 1,234 */
function rate(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}
