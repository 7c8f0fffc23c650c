import { ParquetryError } from '../core/errors.ts';
import type { ByteRange, ColumnChunk } from './column-chunk.ts';
import { loadDecompressors } from './decompress.ts';
import type { ByteSource } from './footer-reader.ts';
import { numberAt, OFFSET_INDEX, PAGE_LOCATION, requiredNumber, structAt, structsAt } from './metadata.ts';
import { PAGE } from './page-runs.ts';
import { MAX_PAGE_BYTES } from './page-walk.ts';
import { type PageRows, rowsOfPage } from './repetition-levels.ts';
import type { StoredScalar } from './stored-fields.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';

/** Data pages that begin with a row and hold whole ones: one page, or several where rows run over their ends. */
export interface PageSpan extends ByteRange {
  readonly firstRow: number;
  readonly rows: number;
}

/** The pages of a column chunk. */
export interface ChunkPages {
  readonly dictionary?: ByteRange;
  /** In order, without gaps between their rows. */
  readonly spans: readonly PageSpan[];
}

/** What is asked for the pages of. */
export interface PagesRequest {
  readonly source: ByteSource;
  readonly chunk: ColumnChunk;
  readonly scalar: StoredScalar;
  /** Of the row group. */
  readonly rows: number;
}

/** Chunks up to this size are read as a whole to look for their pages: one request instead of one a page. */
const WHOLE_CHUNK_BYTES = 256 * 1024;
const AHEAD_BYTES = 32 * 1024; // pages may be much smaller than a read is worth
const HEADER_BYTES = 1024; // most page headers with statistics
const MAX_HEADER_BYTES = 1 << 20;
const BIT_PACKED = 4;
/** Early parquet-mr did not count the dictionary's header, so that the last page seems to end outside its column. */
const MAX_UNDERCOUNT = 100;
/** By Parquet's numbers, as hyparquet names them. */
export const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const;

/**
 * Where the rows of a chunk lie: by its offset index, or else by a walk along its page headers, which reads repeated values of
 * old pages too, for nothing else tells their rows. Throws E_INTEGRITY if the pages do not hold the rows.
 */
export async function findPages(request: PagesRequest): Promise<ChunkPages> {
  return (await indexedPages(request)) ?? walkPages(request);
}

/** By the offset index; undefined if there is none that holds together: it is an accelerator, never the truth. */
async function indexedPages({ source, chunk, rows }: PagesRequest): Promise<ChunkPages | undefined> {
  const { offsetIndex, pages } = chunk;
  if (!offsetIndex) return undefined;
  const { value } = readStruct(new Uint8Array(await source.slice(offsetIndex.start, offsetIndex.end)));
  const locations = structsAt(value, OFFSET_INDEX.pages, 'page_locations').map((location) => {
    const start = requiredNumber(location, PAGE_LOCATION.offset, 'offset');
    const end = start + requiredNumber(location, PAGE_LOCATION.compressedBytes, 'compressed_page_size');
    return { start, end, firstRow: requiredNumber(location, PAGE_LOCATION.firstRow, 'first_row_index') };
  });
  const spans = locations.map((location, i): PageSpan => {
    const next = locations[i + 1];
    return { ...location, end: next?.start ?? location.end, rows: (next?.firstRow ?? rows) - location.firstRow };
  });
  const [first, last] = [spans[0], spans.at(-1)];
  const isSound =
    first?.firstRow === 0 &&
    first.start >= pages.start &&
    last!.end <= pages.end &&
    spans.every(({ start, end, rows: own }) => end > start && own >= 0);
  if (!isSound) return undefined;
  const dictionary = first.start > pages.start ? { start: pages.start, end: first.start } : undefined;
  return { dictionary, spans: spans.filter(({ rows: own }) => own > 0) };
}

async function walkPages({ source, chunk, scalar, rows }: PagesRequest): Promise<ChunkPages> {
  const { pages } = chunk;
  const window = new Window(source, pages);
  const spans: PageSpan[] = [];
  let dictionary: ByteRange | undefined;
  let [firstRow, start] = [0, pages.start];
  for (let at = pages.start; at < pages.end; ) {
    const { header, headerBytes } = await window.header(at);
    const end = at + headerBytes + requiredNumber(header, PAGE.compressedBytes, 'compressed_page_size');
    if (end > pages.end + MAX_UNDERCOUNT || end > source.byteLength || end <= at)
      throw broken('pages within their column', at);
    const found = await rowsOf(header, { start: at + headerBytes, end }, { window, chunk, scalar });
    if (header.has(PAGE.dictionary) && spans.length === 0) {
      dictionary = { start: at, end };
      start = end;
    } else if (found && found.rows > 0 && found.startsRow) {
      spans.push({ start, end, firstRow, rows: found.rows });
      firstRow += found.rows;
      start = end;
    } else if (spans.length > 0) {
      // A page without a row of its own, or one that goes on with the row before: it belongs to the span before.
      const last = spans.pop()!;
      const more = found?.rows ?? 0;
      spans.push({ ...last, end, rows: last.rows + more });
      firstRow += more;
      start = end;
    }
    at = end;
  }
  if (firstRow !== rows) throw broken(`${rows} rows, got ${firstRow}`, pages.start);
  return { dictionary, spans };
}

interface WalkContext {
  readonly window: Window;
  readonly chunk: ColumnChunk;
  readonly scalar: StoredScalar;
}

/** The rows of a data page; undefined for other pages. */
async function rowsOf(header: ThriftStruct, body: ByteRange, context: WalkContext): Promise<PageRows | undefined> {
  const dataV2 = structAt(header, PAGE.dataV2, 'data page');
  if (dataV2) return { rows: requiredNumber(dataV2, PAGE_V2_ROWS, 'num_rows'), startsRow: true };
  const data = structAt(header, PAGE.data, 'data page');
  if (!data) return undefined;
  const values = requiredNumber(data, PAGE.values, 'num_values');
  const { maxRepetition } = context.scalar.levels;
  if (maxRepetition === 0 || values === 0) return { rows: values, startsRow: true };
  if (numberAt(data, REPETITION_ENCODING, 'encoding') === BIT_PACKED)
    throw broken('levels that are run-length encoded', body.start);
  const size = requiredNumber(header, PAGE.uncompressedBytes, 'uncompressed_page_size');
  if (size < 0 || size > MAX_PAGE_BYTES)
    throw broken(`pages of at most ${MAX_PAGE_BYTES} bytes, got ${size}`, body.start);
  const packed = await context.window.bytes(body);
  const page = await unpacked(packed, context.chunk.codec, size);
  return rowsOfPage(page, { values, maxRepetition });
}

async function unpacked(packed: Uint8Array, codec: number, size: number): Promise<Uint8Array> {
  const name = CODECS[codec] ?? '';
  if (name === 'UNCOMPRESSED') return packed;
  const decompress = (await loadDecompressors())[name];
  try {
    if (decompress) return decompress(packed, size);
  } catch (cause) {
    throw broken(`pages that are packed with ${name.toLowerCase()}, got: ${(cause as Error).message}`, 0);
  }
  throw broken('a codec that is known', codec);
}

const PAGE_V2_ROWS = 3;
const REPETITION_ENCODING = 4;

/** Bytes of a chunk, read as they are needed: all at once where that is little. */
class Window {
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

  async #load(start: number, end: number): Promise<void> {
    const { start: first, end: last } = this.#chunk;
    const isSmall = last - first <= WHOLE_CHUNK_BYTES;
    const ahead = Math.min(Math.max(end, start + AHEAD_BYTES), Math.max(end, last));
    const range = isSmall && end <= last ? { start: first, end: last } : { start, end: ahead };
    this.#bytes = new Uint8Array(await this.#source.slice(range.start, range.end));
    this.#start = range.start;
    if (this.#bytes.length < range.end - range.start) throw broken('all its bytes', range.start + this.#bytes.length);
  }
}

function broken(wanted: string, at: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet column must have ${wanted}, at byte ${at}`, {
    hint: 'The file is damaged, or was written by rules that Parquetry does not know.',
    details: { at },
  });
}
