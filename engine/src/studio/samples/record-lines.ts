import { formatExactJson, readRecords } from '../../core/exact-json.ts';
import type { Redactor } from './redact.ts';

/** Records as lines of NDJSON. */
export interface RecordLines {
  readonly lines: readonly string[];
  /** Records that are no JSON and were left out, as no rule can be applied to them. */
  readonly leftOut: number;
}

/**
 * The records of a text, one a line, redacted; at most `limit`. What is no JSON is a sample, too, and stays as it is, unless there
 * are rules: nobody can tell what is in it.
 */
export function recordLines(text: string, limit: number, redactor: Redactor | undefined): RecordLines {
  const source = text.split('\n');
  const lines: string[] = [];
  let leftOut = 0;
  for (const record of readRecords(text)) {
    if (lines.length === limit) break;
    if ('value' in record) {
      lines.push(formatExactJson(redactor ? redactor.redact(record.value) : record.value));
    } else if (redactor) leftOut++;
    else lines.push((source[(record.error.line ?? 1) - 1] ?? '').trimEnd());
  }
  return { lines, leftOut };
}
