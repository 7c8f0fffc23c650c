import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import { rowToJson } from '../../columns/ndjson-text.ts';
import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import { formatExactJson, parseExactJson } from '../../core/exact-json.ts';
import type { DeadLetterMethods } from '../../protocol/dead-letters.ts';
import type { Target } from '../../protocol/places.ts';
import { recordOutcomes } from '../../protocol/preview.ts';
import type { Previewer } from '../preview/previewer.ts';
import { batchOf } from '../preview/read-rows.ts';
import type { StoredLetter } from './stored-letter.ts';
import { unwrappedLetter } from './unwrapped-letter.ts';

type Retried = DeadLetterMethods['deadLetters.retry']['result'];

/** What the transform, as editors have it, makes of a letter's record, with the attributes it came with. Nothing is written. */
export async function retryLetter(
  letter: StoredLetter,
  { folder, environment }: Target,
  previewer: Previewer,
  signal: AbortSignal,
): Promise<Retried> {
  const stillBad = (message: string): Retried => ({ outcome: 'dead-lettered', reason: letter.reason, message });
  const unwrapped = await unwrappedLetter(letter).catch((thrown) => asParquetryError(thrown));
  if (unwrapped instanceof ParquetryError) return stillBad(unwrapped.message);
  const { body, attributes } = unwrapped;
  if (!isUtf8(body)) return stillBad('the record is no text, so it is not JSON');
  const text = `${oneLine(Buffer.from(body).toString())}\n`;
  const sample = { file: path.join(folder, 'dead-letter.ndjson'), text, attributes };
  const { result } = await previewer.run({ folder, environment, limit: 1 }, { signal, given: [sample] });
  const outcome = recordOutcomes[result.outcomes[0] ?? 2] ?? 'dead-lettered';
  if (outcome === 'kept') {
    const batch = batchOf(result.output);
    return { outcome, rows: Array.from({ length: result.output.length }, (_, row) => rowToJson(batch, row)) };
  }
  if (outcome === 'dropped') return { outcome, reason: result.dropped[0]?.reason ?? '' };
  const { reason = 'malformed', message } = result.deadLetters[0] ?? {};
  return { outcome, reason, message };
}

/** Samples are cut at line feeds, and a record may have been written over several lines. */
function oneLine(text: string): string {
  try {
    return formatExactJson(parseExactJson(text));
  } catch {
    return text.replaceAll(/[\r\n]+/g, ' '); // no JSON: still the same mistake
  }
}
