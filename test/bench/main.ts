import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ENGINE_ENVIRONMENT, ENGINE_FLAGS } from '../../engine/src/cli/guard.ts';

/*
 * npm run bench                    all benchmarks, as tables
 * npm run bench -- NAME …          some
 * npm run bench -- NAME --json     one JSON object a line for each figure
 * npm run bench -- --write         all, and docs/benchmarks.md anew
 *
 * columnar alone: --only dataset=wide,path=none (see its settings), --rounds N, --size MB of each dataset
 */

/** One measured figure: what was measured under which circumstances, and the numbers. */
export type Figure = Readonly<Record<string, string | number>>;

export interface Benchmark {
  /** What it measures and how, one paragraph for the page. */
  readonly about: string;
  run(emit: (figure: Figure) => void, options: BenchmarkOptions): Promise<void>;
}

/** What the command line asks for beside names; benchmarks ignore what makes no sense for them. */
export interface BenchmarkOptions {
  /** `key=value` pairs, separated by commas, that figures must have. */
  readonly only?: string;
  readonly rounds?: number;
  readonly sizeMb?: number;
}

// As `parquetry run` starts its engine. Whom it is compared with has the same: they share the process.
if (ENGINE_FLAGS.some((flag) => !process.execArgv.includes(flag))) {
  const env = { ...ENGINE_ENVIRONMENT, ...process.env };
  const { status } = spawnSync(process.execPath, [...ENGINE_FLAGS, ...process.execArgv, ...process.argv.slice(1)], {
    env,
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    size: { type: 'string' },
  },
});
const options: BenchmarkOptions = { only: values.only, rounds: count(values.rounds), sizeMb: count(values.size) };
const folder = import.meta.dirname;
const names = readdirSync(folder).flatMap((file) =>
  file.endsWith('.bench.ts') ? [file.slice(0, -'.bench.ts'.length)] : [],
);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

const results = new Map<string, { about: string; figures: Figure[] }>();
for (const name of positionals.length > 0 ? positionals : names) {
  const { benchmark } = (await import(path.join(folder, `${name}.bench.ts`))) as { benchmark: Benchmark };
  const figures: Figure[] = [];
  if (!values.json) console.error(`${name} …`);
  await benchmark.run((figure) => {
    const whole = { bench: name, ...figure };
    figures.push(whole);
    if (values.json) console.log(JSON.stringify(whole));
  }, options);
  results.set(name, { about: benchmark.about, figures });
  if (!values.json) console.log(table(figures), '\n');
}
if (values.write) writePage();
process.exit(); // with the code that a benchmark may have set

function count(text: string | undefined): number | undefined {
  const number = Number(text);
  return number > 0 ? number : undefined;
}

function table(figures: readonly Figure[]): string {
  const columns = [...new Set(figures.flatMap((figure) => Object.keys(figure)))].filter((column) => column !== 'bench');
  const cells = figures.map((figure) => columns.map((column) => shown(figure[column])));
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

function shown(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return value.toFixed(Math.abs(value) < 10 ? 2 : 0);
}

/** The page is kept but for the tables between the marks. */
function writePage(): void {
  const file = path.join(folder, '..', '..', 'docs', 'benchmarks.md');
  let page = readFileSync(file, 'utf8');
  for (const [name, { about, figures }] of results) {
    const text = `<!-- bench:${name} -->\n${about}\n\n${table(figures)}\n<!-- /bench:${name} -->`;
    const mark = new RegExp(`<!-- bench:${name} -->[\\s\\S]*?<!-- /bench:${name} -->`);
    page = mark.test(page) ? page.replace(mark, () => text) : `${page.trimEnd()}\n\n## ${name}\n\n${text}\n`;
  }
  const machine = `${os.cpus().length} cores of ${os.cpus()[0]?.model.trim()}, Node ${process.version}`;
  page = page.replace(/<!-- machine -->[\s\S]*?<!-- \/machine -->/, `<!-- machine -->${machine}<!-- /machine -->`);
  writeFileSync(file, page);
}
