import path from 'node:path';
import type { Diagnosis, Place } from '../../protocol/places.ts';
import type { Count } from '../../protocol/rows.ts';

/** A table of Markdown; cells are cut to what a model needs of them. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

const MAX_CELL = 80;

function cell(value: unknown): string {
  const text =
    value === undefined
      ? ''
      : String(value)
          .replaceAll('|', '\\|')
          .replaceAll(/\s*\n\s*/g, ' ');
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}

/** `transform.ts:4:37`, below the pipeline's folder. */
export function placeText({ file, line, column }: Place, folder: string): string {
  return `${path.relative(folder, file).split(path.sep).join('/')}:${line}:${column}`;
}

/** A list of what is wrong, the worst first. */
export function diagnosisList(diagnoses: readonly Diagnosis[], folder: string): string {
  const ranks = ['error', 'warning', 'info'];
  const sorted = diagnoses.toSorted((a, b) => ranks.indexOf(a.severity) - ranks.indexOf(b.severity));
  const lines = sorted.map(({ severity, message, hint, place, fixes = [] }) => {
    const where = place ? ` ${placeText(place, folder)}:` : ':';
    const what = `- **${severity}**${where} ${message}${hint ? ` (${hint})` : ''}`;
    return fixes.length > 0 ? `${what} Fix: ${fixes.map(({ title }) => title).join('; or ')}.` : what;
  });
  return lines.join('\n');
}

/** `bot 12, no rows 3`. */
export function countList(counts: readonly Count[], most = 10): string {
  const shown = counts.slice(0, most).map(([name, count]) => `${name} ${number(count)}`);
  return [...shown, ...(counts.length > most ? [`and ${counts.length - most} more`] : [])].join(', ');
}

/** Digits in groups of three; at most three behind the point. */
export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 3 : 1 });
}

/** Parts that there are, with an empty line between. */
export function paragraphs(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join('\n\n');
}
