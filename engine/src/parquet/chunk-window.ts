import { ParquetryError } from '../core/errors.ts';
import { freeBuffer } from '../core/free-buffer.ts';
import type { ByteRange } from './column-chunk.ts';
import type { ByteSource } from './footer-reader.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';

/** Chunks up to this size are read as a whole to look for their pages: one request instead of one a page. */
const WHOLE_CHUNK_BYTES = 256 * 1024;
const AHEAD_BYTES = 32 * 1024; // pages may be much smaller than a read is worth
const HEADER_BYTES = 1024; // most page headers with statistics
const MAX_HEADER_BYTES = 1 << 20;

/** Bytes of a chunk, read as they are needed: all at once where that is little. */
export class ChunkWindow {
  readonly #source: ByteSource;
  readonly #chunk: ByteRange;
  #bytes = new Uint8Array(0);
  #start = 0;

  constructor(source: ByteSource, chunk: ByteRange) {
    this.#source = source;
    this.#chunk = chunk;
  }

  async bytes({ start, end }: ByteRange): Promise<Uint8Array> {
    const isHeld = start >= this.#start && end <= this.#start + this.#bytes.length;
    if (!isHeld) await this.#load(start, end);
    return this.#bytes.subarray(start - this.#start, end - this.#start);
  }

  /** The page header that starts at a byte of the file. */
  async header(at: number): Promise<{ header: ThriftStruct; headerBytes: number }> {
    for (let size = HEADER_BYTES; ; size *= 4) {
      const end = Math.min(at + size, this.#chunk.end);
      const bytes = await this.bytes({ start: at, end });
      try {
        const { value: header, end: headerBytes } = readStruct(bytes);
        return { header, headerBytes };
      } catch (error) {
        if (end === this.#chunk.end || size >= MAX_HEADER_BYTES) throw error;
      }
    }
  }

  /** Gives back at once what was read into memory of its own: whatever came from it is empty from then on. */
  free(): void {
    if (this.#source.read) freeBuffer(this.#bytes);
    this.#bytes = new Uint8Array(0);
  }

  async #load(start: number, end: number): Promise<void> {
    const { start: first, end: last } = this.#chunk;
    const isSmall = last - first <= WHOLE_CHUNK_BYTES;
    const ahead = Math.min(Math.max(end, start + AHEAD_BYTES), Math.max(end, last));
    const range = isSmall && end <= last ? { start: first, end: last } : { start, end: ahead };
    const bytes = await this.#read(range);
    this.#bytes = bytes;
    this.#start = range.start;
    if (bytes.length < range.end - range.start) throw broken('all its bytes', range.start + bytes.length);
  }

  async #read({ start, end }: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#source.read) return new Uint8Array(await this.#source.slice(start, end));
    const bytes = new Uint8Array(end - start);
    await this.#source.read(bytes, start);
    return bytes;
  }
}

function broken(wanted: string, at: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet column must have ${wanted}, at byte ${at}`, {
    hint: 'The file is damaged, or was written by rules that Parquetry does not know.',
    details: { at },
  });
}
