import { isUtf8 } from 'node:buffer';
import type { DeadLetter } from '../../core/delivery.ts';

/** The run that a letter comes from. */
export interface LetterOrigin {
  readonly pipeline: string;
  readonly version?: string;
  readonly runId: string;
}

/** One line of NDJSON, with everything a person needs to mend and replay the record. */
export function letterLine(letter: DeadLetter, origin: LetterOrigin, timeMs: number): string {
  const { original, reason, stage, message, field, stack, deliveryId, record, offset, receiveCount, attributes } =
    letter;
  const line = {
    original: originalOf(original),
    reason,
    stage,
    message,
    field,
    stack,
    deliveryId,
    record,
    offset,
    receiveCount,
    attributes,
    ...origin,
    time: new Date(timeMs).toISOString(),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Text where the bytes are UTF-8, so that a person can read it; otherwise base64, so that nothing is lost. */
function originalOf(bytes: Uint8Array): string | { base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString() : { base64: buffer.toString('base64') };
}
