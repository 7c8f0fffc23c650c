import { CLOSE_LIST, COMMA, OPEN_LIST, skipSpace } from './ascii.ts';
import type { RecordReader } from './record-reader.ts';
import { wanted } from './skip.ts';

/**
 * May read records from `at` on, as many as it likes, all of them rows; answers where the last of them ends, `at` if it read none.
 * `isElement`: they are elements of an array, with commas between them.
 */
export type ReadAhead = (at: number, isElement: boolean) => number;

/**
 * Reads all records of the reader's body: NDJSON, one object, an array of objects, objects one after the other; whitespace and a
 * BOM wherever they may be. What `readAhead` leaves, the reader reads or refuses.
 */
export function readBody(reader: RecordReader, readAhead: ReadAhead | undefined): void {
  const { bytes, end } = reader.body;
  let at = hasBom(bytes) ? 3 : 0;
  for (;;) {
    at = skipSpace(bytes, at);
    if (at >= end) return;
    if (bytes[at] === OPEN_LIST) at = readList(reader, readAhead, at);
    else at = readOne(reader, readAhead, at);
  }
}

function readOne(reader: RecordReader, readAhead: ReadAhead | undefined, at: number): number {
  const ahead = readAhead === undefined ? at : readAhead(at, false);
  if (ahead !== at) return ahead;
  const next = reader.read(at);
  return next >= 0 ? next : reader.refuseLine(at);
}

/** The elements of the array at `at`, each a record. Broken grammar costs the remainder: no element can be told from its parts. */
function readList(reader: RecordReader, readAhead: ReadAhead | undefined, at: number): number {
  const { bytes } = reader.body;
  let p = skipSpace(bytes, at + 1);
  if (bytes[p] === CLOSE_LIST) return p + 1;
  for (;;) {
    let next = readAhead === undefined ? p : readAhead(p, true);
    if (next === p) next = reader.read(p);
    if (next < 0) return reader.refuseRemainder(p);
    p = skipSpace(bytes, next);
    if (bytes[p] === CLOSE_LIST) return p + 1;
    if (bytes[p] !== COMMA) {
      wanted('"," or "]"', p);
      return reader.refuseRemainder(p);
    }
    p = skipSpace(bytes, p + 1);
  }
}

function hasBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
