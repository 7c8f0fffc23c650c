import { isUtf8 } from 'node:buffer';
import { printable, shortened } from '../../core/printable.ts';
import { count, plural } from '../../core/quantities.ts';
import type { StoredLetter } from '../../studio/dead-letters/stored-letter.ts';
import type { Output } from '../context.ts';
import { alignRows } from '../table.ts';
import type { LetterGroup, Tally } from './tally.ts';

/** Characters of a record that are shown unless all were asked for. */
const SHOWN_CHARACTERS = 2_000;
const SHOWN_STACK_LINES = 8;

/** Groups as a table; on a terminal cut at its width. */
export function renderGroups(tally: Tally, place: string, output: Output): string {
  const { paint, isTTY, columns } = output;
  if (tally.letters === 0) return `no dead letters in ${place}\n`;
  const head = ['day', 'reason', 'letters', 'replayed', 'first', 'last', 'example'].map((name) => paint.dim(name));
  const rows = tally
    .groups()
    .map((group) => [
      group.day,
      paint.bold(printable(group.reason)),
      count(group.letters).padStart('letters'.length),
      count(group.replayed).padStart('replayed'.length),
      clockTime(group.firstMs),
      clockTime(group.lastMs),
      printable(group.example.message).replaceAll('\n', ' '),
    ]);
  const cut = alignRows([head, ...rows], '  ').map((line) => (isTTY ? cutLine(line, columns) : line));
  const totals = `${plural(tally.letters, 'letter')}, ${count(tally.replayed)} replayed`;
  return [`dead letters in ${place} (times in UTC)`, '', ...cut, '', `  ${totals}`, ''].join('\n');
}

/** Groups as data. */
export function groupAsData({ example, firstMs, lastMs, ...group }: LetterGroup): object {
  return { ...group, first: isoTime(firstMs), last: isoTime(lastMs), example: letterAsData(example, SHOWN_CHARACTERS) };
}

/** A letter with everything that helps to mend it. */
export function renderLetter(letter: StoredLetter, output: Output, full: boolean): string {
  const { paint } = output;
  const { reason, message, stage, field, deliveryId, record, receiveCount, attributes, timeMs } = letter;
  const rows: [string, string | undefined][] = [
    ['time', isoTime(timeMs)],
    ['at', stage && `${stage}${field === undefined ? '' : `, field ${field}`}`],
    [
      'delivery',
      `${deliveryId}${record === undefined || record < 0 ? '' : `, record ${record}`}${received(receiveCount)}`,
    ],
    ['attributes', Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : undefined],
    [
      'run',
      letter.runId && `${letter.runId}${letter.version === undefined ? '' : `, schema version ${letter.version}`}`,
    ],
    ['letter', letter.place],
    ['part', letter.part],
    ['replayed', letter.replayedAt],
  ];
  const known = rows.filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '');
  const lines = known.map(([name, value]) => `  ${paint.dim(name.padEnd(10))} ${printable(value)}`);
  const stack =
    letter.stack === undefined ? [] : stackLines(letter.stack, full).map((line) => paint.dim(`    ${line}`));
  const text = recordText(letter.original, full ? Number.POSITIVE_INFINITY : SHOWN_CHARACTERS);
  const title = `${paint.red(printable(reason))} ${paint.bold(printable(message))}`;
  return [title, ...lines, ...stack, ...text.split('\n').map((line) => `  ${paint.cyan('|')} ${line}`), ''].join('\n');
}

/** A letter as data; `limit` characters of the record, undefined for all. */
export function letterAsData(letter: StoredLetter, limit?: number): object {
  const { original, typedAttributes: _typed, timeMs, ...facts } = letter;
  const buffer = Buffer.from(original);
  const text = isUtf8(buffer) ? buffer.toString() : undefined;
  const shown = text === undefined ? { base64: buffer.toString('base64') } : text.slice(0, limit);
  const truncated = text !== undefined && limit !== undefined && text.length > limit;
  return { ...facts, time: isoTime(timeMs), original: shown, originalBytes: buffer.length, truncated };
}

function recordText(original: Uint8Array, limit: number): string {
  const buffer = Buffer.from(original);
  if (isUtf8(buffer)) return printable(shortened(buffer.toString(), limit));
  return shortened(`base64 ${buffer.toString('base64')}`, limit);
}

function stackLines(stack: string, full: boolean): string[] {
  const lines = printable(stack).split('\n');
  const shown = full ? lines : lines.slice(0, SHOWN_STACK_LINES);
  return lines.length > shown.length ? [...shown, `… ${lines.length - shown.length} more lines`] : shown;
}

function received(receiveCount: number | undefined): string {
  return receiveCount === undefined || receiveCount < 2 ? '' : `, received ${receiveCount} times`;
}

function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function clockTime(ms: number | undefined): string {
  return ms === undefined ? '' : new Date(ms).toISOString().slice(11, 19);
}

/** Never beyond the width; styles do not take any. */
function cutLine(line: string, columns: number): string {
  let visible = 0;
  let cut = '';
  for (const [piece] of line.matchAll(/\u001b\[[0-9;]*m|./gsu)) {
    const isStyle = piece.startsWith('\u001b');
    if (!isStyle && ++visible > columns - 1) return `${cut}…`;
    cut += piece;
  }
  return cut;
}
