import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import type { DeadLetterDetail, DeadLetterInfo } from '../../protocol/dead-letters.ts';
import type { Place } from '../../protocol/places.ts';
import { letterId, type StoredLetter } from './stored-letter.ts';

/** More of a record is not shown. */
const MAX_ORIGINAL_BYTES = 1 << 20;

/** A letter in a list. Pure. */
export function letterInfo(letter: StoredLetter): DeadLetterInfo {
  const { timeMs = 0, stage = 'unknown', reason, message, field, deliveryId, record, replayedAt } = letter;
  const replayedAtMs = replayedAt === undefined ? undefined : Date.parse(replayedAt);
  return { id: letterId(letter), atMs: timeMs, stage, reason, message, field, deliveryId, record, replayedAtMs };
}

/** Everything that helps to mend it; `folder` is that of the pipeline, whose files the stack may name. Pure. */
export function letterDetail(letter: StoredLetter, folder: string): DeadLetterDetail {
  const { original, stack, attributes, receiveCount } = letter;
  const bytes = Buffer.from(original).subarray(0, MAX_ORIGINAL_BYTES);
  const isText = isUtf8(Buffer.from(original));
  return {
    ...letterInfo(letter),
    original: isText ? bytes.toString().toWellFormed() : bytes.toString('base64'),
    isBase64: !isText,
    stack,
    place: stack === undefined ? undefined : placeInStack(stack, folder),
    attributes,
    receiveCount,
  };
}

/** The topmost place of a stack that lies in the folder, and not in packages below it. Pure. */
export function placeInStack(stack: string, folder: string): Place | undefined {
  for (const line of stack.split('\n')) {
    const [, file, row, column] =
      /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^)]+?|[A-Za-z]:[^)]+?):(\d+):(\d+)\)?$/.exec(line) ?? [];
    if (file === undefined) continue;
    const inFolder = path.relative(folder, file);
    if (inFolder.startsWith('..') || path.isAbsolute(inFolder) || inFolder.includes('node_modules')) continue;
    return { file, line: Number(row), column: Number(column) };
  }
  return undefined;
}
