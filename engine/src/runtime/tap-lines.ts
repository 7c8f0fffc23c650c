import { isUtf8 } from 'node:buffer';
import { rowToJson } from '../columns/ndjson-text.ts';
import type { RecordBatch } from '../columns/record-batch.ts';
import type { TransformResult } from '../columns/transform.ts';
import type { DeadLetter } from '../core/delivery.ts';
import { formatExactJson, parseExactJson } from '../core/exact-json.ts';

/** What a lane has just done, as far as a tap shows it. */
export interface TappedChunk {
  readonly records: RecordBatch;
  readonly result: TransformResult;
  readonly deadLetters: readonly DeadLetter[];
  /** By `records.delivery`. */
  deliveryId(position: number): string;
}

/** A longer text is cut: the reader looks, it does not copy. */
const MAX_TEXT_BYTES = 64 << 10;

/** A record as it was read: its own text, so every digit. */
export function sourceLine({ records, deliveryId }: TappedChunk, row: number): string {
  const delivery = records.delivery[row]!;
  const body = records.bodies[delivery]!;
  const bytes = records.original?.(row) ?? body.subarray(records.start[row], records.end[row]);
  return line('source', deliveryId(delivery), records.ordinal[row]!, value(oneLine(textOf(bytes))));
}

/** A row that leaves the transform, as the ndjson encoder writes it: integers, decimals and timestamps exact. */
export function outputLine({ records, result, deliveryId }: TappedChunk, row: number): string {
  const record = result.origin[row]!;
  const delivery = records.delivery[record]!;
  return line('output', deliveryId(delivery), records.ordinal[record]!, value(rowToJson(result.output, row)));
}

/** A record that is set aside, with why. */
export function deadLetterLine({ deadLetters }: TappedChunk, at: number): string {
  const { deliveryId, record, reason, stage, message, field, stack, original } = deadLetters[at]!;
  const why = { reason, stage, message, field, stack };
  const text = textOf(original);
  const shown = isUtf8(original) ? cut(text) : { base64: Buffer.from(original).toString('base64', 0, MAX_TEXT_BYTES) };
  return line('dead-letters', deliveryId, record, `"error":${JSON.stringify(why)},"original":${JSON.stringify(shown)}`);
}

function line(at: string, delivery: string, record: number, rest: string): string {
  return `{"at":"${at}","delivery":${JSON.stringify(delivery)},"record":${record},${rest}}`;
}

function value(json: string): string {
  if (json.length <= MAX_TEXT_BYTES) return `"value":${json}`;
  return `"truncated":${JSON.stringify(cut(json))},"bytes":${Buffer.byteLength(json)}`;
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_BYTES ? text : text.slice(0, MAX_TEXT_BYTES).toWellFormed();
}

/** A record may be written over several lines. */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? formatExactJson(parseExactJson(json)) : json;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
