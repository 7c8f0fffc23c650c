import { sumReasons } from '../core/ledger.ts';
import { count, elapsed, plural, size } from '../core/quantities.ts';
import type { RunSnapshot } from '../runtime/engine.ts';
import type { Output } from './context.ts';
import type { Paint } from './paint.ts';

/** What is looked at: a pipeline by name. */
export interface Watched {
  readonly name: string;
  /** Undefined until the run has begun. */
  snapshot(): RunSnapshot | undefined;
}

const REDRAW_MS = 250;
/** Where nobody looks at a terminal a line now and then is enough. */
const LINE_EVERY_MS = 5_000;
const BAR_CELLS = 24;

/** A display of runs while they last. */
export interface Shown {
  /** Writes whole lines so that they stay: what is redrawn in place moves below them. */
  above(lines: string): void;
  /** Shows the last state and ends. */
  end(): void;
}

/** Shows runs while they last: redrawn in place on a terminal, plain lines elsewhere. */
export function showProgress(output: Output, watched: readonly Watched[]): Shown {
  return output.isTTY ? liveBlock(output, watched) : plainLines(output, watched);
}

function liveBlock(output: Output, watched: readonly Watched[]): Shown {
  const rates = watched.map(() => new Rate());
  let drawn = 0;
  const draw = () => {
    const lines = watched.flatMap((run, i) => runLines(run, rates[i]!, output.paint));
    const cut = lines.map((line) => `${clip(line, output.columns)}\u001b[K`);
    output.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\r${cut.join('\n')}\n`);
    drawn = lines.length;
  };
  output.write('\u001b[?25l');
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  return {
    above(lines) {
      output.write(`\u001b[${drawn}A\r\u001b[J${lines}`);
      drawn = 0;
      draw();
    },
    end() {
      clearInterval(timer);
      draw();
      output.write('\u001b[?25h');
    },
  };
}

function plainLines(output: Output, watched: readonly Watched[]): Shown {
  const print = () => {
    for (const { name, snapshot } of watched) {
      const now = snapshot();
      if (now) output.write(`${plainLine(name, now)}\n`);
    }
  };
  const timer = setInterval(print, LINE_EVERY_MS);
  return { above: (lines) => output.write(lines), end: () => clearInterval(timer) };
}

/** Records a second over the last few looks. */
class Rate {
  #looks: { ms: number; records: number }[] = [];

  next(ms: number, records: number): number {
    this.#looks.push({ ms, records });
    if (this.#looks.length > 12) this.#looks.shift();
    const first = this.#looks[0]!;
    return ms > first.ms ? ((records - first.records) * 1000) / (ms - first.ms) : 0;
  }
}

function runLines({ name, snapshot: look }: Watched, rate: Rate, paint: Paint): string[] {
  const snapshot = look();
  if (!snapshot) return [`${paint.bold(name)}  ${paint.dim('starting')}`, '', '', '', ''];
  const { ledger, backlog, lanes } = snapshot;
  const { records, messages } = ledger;
  const done = records.received - records.inFlight;
  const waiting = (backlog?.visible ?? 0) + (backlog?.delayed ?? 0);
  const total = messages.received + waiting;
  const shares = total > 0 ? ([messages.acked / total, messages.received / total] as const) : ([0, 0] as const);
  const perSecond = count(rate.next(snapshot.elapsedMs, records.received));
  const state = snapshot.ending ? `ending (${snapshot.ending})` : 'running';
  return [
    `${paint.bold(name)}  ${paint.dim(`${state} ${elapsed(snapshot.elapsedMs)}`)}`,
    `  ${bar(...shares, paint)} ${count(messages.received)} of ${plural(total, 'message')} received, ${count(messages.acked)} durable   ${perSecond} records/s`,
    `  ${count(done)} of ${plural(records.received, 'record')} settled: ${outcomeText(snapshot, paint)}`,
    `  lanes ${lanes.map(({ state }) => laneMark(state, paint)).join('')}  ${fileText(snapshot)}`,
    '',
  ];
}

function outcomeText({ ledger: { records } }: RunSnapshot, paint: Paint): string {
  const dropped = sumReasons(records.dropped);
  const dead = sumReasons(records.deadLettered);
  const parts = [paint.green(`${count(records.delivered)} delivered`)];
  if (dropped > 0) parts.push(paint.yellow(`${count(dropped)} dropped`));
  if (dead > 0) parts.push(paint.red(`${count(dead)} dead-lettered`));
  if (records.returned > 0) parts.push(`${count(records.returned)} returned`);
  return parts.join(', ');
}

function fileText({ written, openFiles, heldBytes }: RunSnapshot): string {
  return `${plural(written.files, 'file')} written (${size(written.bytes)}), ${count(openFiles)} open (${size(heldBytes)})`;
}

function laneMark(state: string, paint: Paint): string {
  if (state === 'busy') return paint.green('■');
  return state === 'ending' ? paint.dim('·') : '□';
}

/** What is durable, then what is received and on its way, then what waits. */
function bar(durable: number, received: number, paint: Paint): string {
  const solid = Math.round(Math.min(1, durable) * BAR_CELLS);
  const shaded = Math.max(solid, Math.round(Math.min(1, received) * BAR_CELLS)) - solid;
  return `${paint.cyan('█'.repeat(solid))}${paint.cyan('▒'.repeat(shaded))}${paint.dim('░'.repeat(BAR_CELLS - solid - shaded))}`;
}

function plainLine(name: string, snapshot: RunSnapshot): string {
  const { records, messages } = snapshot.ledger;
  const dead = sumReasons(records.deadLettered);
  const done = `${count(records.received)} records received, ${count(records.delivered)} delivered, ${count(dead)} dead-lettered`;
  const left = snapshot.backlog ? `, ${plural(snapshot.backlog.visible, 'message')} waiting` : '';
  return `${name}: ${done}, ${count(messages.inFlight)} messages in flight${left}, ${plural(snapshot.written.files, 'file')} written`;
}

/** Cuts by visible characters, keeping escape sequences whole. */
function clip(line: string, columns: number): string {
  let visible = 0;
  let out = '';
  for (const [part] of line.matchAll(/\u001b\[[0-9;]*m|./gu)) {
    if (!part.startsWith('\u001b') && ++visible >= columns) break;
    out += part;
  }
  return visible >= columns ? `${out}\u001b[0m` : out;
}
