import { rowToJson } from '../../columns/ndjson-text.ts';
import { count, plural } from '../../core/quantities.ts';
import { type PreviewDeadLetter, type PreviewResult, recordOutcomes } from '../../protocol/preview.ts';
import type { Count, Rows } from '../../protocol/rows.ts';
import { batchOf } from '../preview/read-rows.ts';
import { findTarget } from './find-target.ts';
import { countList, paragraphs, placeText, table } from './markdown.ts';
import type { RunTool } from './tool.ts';

const DEFAULT_ROWS = 10;
const SHOWN_LETTERS = 10;

/** `parquetry_preview`. */
export const preview: RunTool = async (call) => {
  const { entry, ...target } = await findTarget(call);
  const { records: limit, rows: shown = DEFAULT_ROWS } = call.input as { records?: number; rows?: number };
  const result = await call.studio.request('preview.run', { ...target, limit }, { signal: call.signal });
  const rows = jsonRows(result.output, shown);
  const facts = factsOf(result);
  const text = paragraphs(
    summary(entry.name, result, facts),
    result.deadLetters.length > 0 && deadLetterTable(result.deadLetters, target.folder),
    result.unknownKeys.length > 0 && `Keys that no schema has: ${countList(result.unknownKeys)}.`,
    result.partitions.some((sink) => sink.length > 0) &&
      `Partitions (rows): ${result.partitions.map((sink) => countList(sink)).join('; ')}.`,
    columnList(result.output),
    rows.length > 0 && `The first ${plural(rows.length, 'row')}:\n\n\`\`\`json\n${rows.join('\n')}\n\`\`\``,
  );
  const { samples, records, isCut, unknownKeys, partitions } = result;
  const deadLetters = result.deadLetters.slice(0, SHOWN_LETTERS).map(({ original: _, stack: __, ...rest }) => rest);
  const columns = result.output.fields;
  return {
    text,
    data: {
      pipeline: entry.name,
      samples,
      records,
      isCut,
      ...facts,
      deadLetters,
      unknownKeys,
      partitions,
      columns,
      rows,
    },
  };
};

interface Facts {
  readonly kept: number;
  readonly dropped: readonly Count[];
  readonly deadLettered: readonly Count[];
  readonly outputRows: number;
}

function factsOf({ outcomes, dropped, deadLetters, output }: PreviewResult): Facts {
  return {
    kept: outcomes.filter((outcome) => recordOutcomes[outcome] === 'kept').length,
    dropped: counted(dropped.map(({ reason }) => reason)),
    deadLettered: counted(deadLetters.map(({ reason }) => reason)),
    outputRows: output.length,
  };
}

/** Names and how often, the most frequent first. */
function counted(names: readonly string[]): Count[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

function summary(name: string, { samples, records, isCut }: PreviewResult, facts: Facts): string {
  const { kept, dropped, deadLettered, outputRows } = facts;
  const files = samples.map(({ file }) => file.split(/[\\/]/).at(-1)).join(', ');
  const parts = [
    `${count(kept)} kept as ${plural(outputRows, 'row')}`,
    dropped.length > 0 ? `dropped: ${countList(dropped)}` : 'none dropped',
    deadLettered.length > 0 ? `dead-lettered: ${countList(deadLettered)}` : 'none dead-lettered',
  ];
  return `${name}: ${plural(records, 'record')} of ${files}${isCut ? ' (there are more)' : ''}: ${parts.join('; ')}.`;
}

function deadLetterTable(letters: readonly PreviewDeadLetter[], folder: string): string {
  const rows = letters.slice(0, SHOWN_LETTERS).map(({ record, stage, reason, message, field, place }) => {
    return [record, stage, reason, field, message, place && placeText(place, folder)];
  });
  return `Dead letters:\n\n${table(['record', 'stage', 'reason', 'field', 'message', 'thrown at'], rows)}`;
}

function columnList({ fields }: Rows): string {
  return `Columns: ${fields.map(({ name, type }) => `\`${name}\` ${type}`).join(', ')}.`;
}

/** Exact JSON texts. */
function jsonRows(rows: Rows, most: number): string[] {
  if (rows.length === 0) return [];
  const batch = batchOf(rows);
  return Array.from({ length: Math.min(most, rows.length) }, (_, row) => rowToJson(batch, row));
}
