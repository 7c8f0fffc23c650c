import { rowToJson } from '../columns/ndjson-text.ts';
import { type PreviewResult, recordOutcomes } from '../protocol/preview.ts';
import type { Rows } from '../protocol/rows.ts';
import { batchOf } from '../studio/preview/read-rows.ts';

/** A preview as one JSON document: outcomes by name, rows as the ndjson encoder writes them, with all digits. */
export function previewJson({ input, output, inputRow, outcomes, origin, ...rest }: PreviewResult): string {
  const plain = {
    ...rest,
    outcomes: Array.from(outcomes, (outcome) => recordOutcomes[outcome]),
    inputRow: [...inputRow],
    origin: [...origin],
  };
  const head = JSON.stringify(plain, undefined, 2).slice(0, -2);
  return `${head},\n  "input": ${rowsJson(input)},\n  "output": ${rowsJson(output)}\n}`;
}

/** A row a line. */
function rowsJson(rows: Rows): string {
  const batch = batchOf(rows);
  const lines = Array.from({ length: rows.length }, (_, row) => `\n      ${rowToJson(batch, row)}`);
  return `{\n    "fields": ${JSON.stringify(rows.fields)},\n    "rows": [${lines.join(',')}]\n  }`;
}
