import type { Place } from '../../protocol/places.ts';

const NEWLINE = 0x0a;

/** Finds where records stand in a sample that somebody can open in an editor: text that is not compressed. */
export class SamplePlaces {
  readonly #file: string;
  readonly #isText: boolean;
  /** Pieces of the file so far; the last one is that of the records that are asked for. */
  readonly #bodies: Uint8Array[] = [];

  constructor(file: string) {
    this.#file = file;
    this.#isText = !/\.(?:gz|zst|parquet)$/.test(file);
  }

  /** The next piece of the file. */
  next(body: Uint8Array): void {
    this.#bodies.push(body);
  }

  /** The place of a byte of the last piece. */
  at(offset: number): Place | undefined {
    const body = this.#bodies.at(-1);
    if (!this.#isText || !body) return undefined;
    const before = this.#bodies.slice(0, -1).reduce((lines, { buffer, byteOffset, byteLength }) => {
      return lines + newlinesIn(Buffer.from(buffer, byteOffset, byteLength));
    }, 0);
    const head = Buffer.from(body.buffer, body.byteOffset, offset);
    const lineStart = head.lastIndexOf(NEWLINE) + 1;
    const column = head.subarray(lineStart).toString().length + 1;
    return { file: this.#file, line: before + newlinesIn(head) + 1, column };
  }
}

function newlinesIn(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
