import { ParquetryError } from '../core/errors.ts';
import { ChunkWindow } from './chunk-window.ts';
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

/** What an index is read for. */
type IndexRequest = Pick<PagesRequest, 'source' | 'chunk' | 'rows'>;

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
export async function indexedPages(request: IndexRequest): Promise<ChunkPages | undefined> {
  const spans = await indexedSpans(request);
  if (!spans) return undefined;
  const { pages } = request.chunk;
  const first = spans[0]!;
  return { dictionary: first.start > pages.start ? { start: pages.start, end: first.start } : undefined, spans };
}

/**
 * One span a page of the offset index; undefined if there is none that holds together: its pages lie in their column one behind
 * the other, the first begins with the first row, and each has rows of its own.
 */
export async function indexedSpans({ source, chunk, rows }: IndexRequest): Promise<PageSpan[] | undefined> {
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
    spans.every(({ start, end, rows: own }) => end > start && own > 0);
  return isSound ? spans : undefined;
}

async function walkPages(request: PagesRequest): Promise<ChunkPages> {
  const walk = new PageWalk(request);
  await walk.until(request.rows);
  walk.free();
  const { dictionary, spans } = walk;
  return { dictionary, spans };
}

/**
 * Where the rows of a chunk lie, found out as far as somebody wants to know: a chunk without an offset index may have thousands
 * of pages, of which a reader of its first rows needs one.
 */
export class PageWalk implements ChunkPages {
  readonly spans: PageSpan[] = [];
  dictionary: ByteRange | undefined;
  readonly #request: PagesRequest;
  readonly #window: ChunkWindow;
  /** The rows before `#at`. */
  #rows = 0;
  #at: number;
  /** Where the span under way starts. */
  #start: number;

  constructor(request: PagesRequest) {
    this.#request = request;
    this.#window = new ChunkWindow(request.source, request.chunk.pages);
    this.#at = request.chunk.pages.start;
    this.#start = this.#at;
  }

  /** Goes on until the rows before `row` are found; at the chunk's end E_INTEGRITY if its pages do not hold the rows. Not concurrently. */
  async until(row: number): Promise<void> {
    const { chunk, rows } = this.#request;
    const isWhole = row >= rows;
    // One page further than the row needs: it may go on with the row before.
    while (this.#at < chunk.pages.end && (isWhole || this.spans.length === 0 || this.spans.at(-1)!.firstRow < row)) {
      await this.#step();
    }
    if (this.#at >= chunk.pages.end && this.#rows !== rows)
      throw broken(`${rows} rows, got ${this.#rows}`, chunk.pages.start);
  }

  /** Gives back what it has read ahead, if it goes on no more. */
  free(): void {
    this.#window.free();
  }

  async #step(): Promise<void> {
    const { source, chunk, scalar } = this.#request;
    const { pages } = chunk;
    const at = this.#at;
    const { header, headerBytes } = await this.#window.header(at);
    const end = at + headerBytes + requiredNumber(header, PAGE.compressedBytes, 'compressed_page_size');
    if (end > pages.end + MAX_UNDERCOUNT || end > source.byteLength || end <= at)
      throw broken('pages within their column', at);
    const found = await rowsOf(header, { start: at + headerBytes, end }, { window: this.#window, chunk, scalar });
    if (header.has(PAGE.dictionary) && this.spans.length === 0) {
      this.dictionary = { start: at, end };
      this.#start = end;
    } else if (found && found.rows > 0 && found.startsRow) {
      this.spans.push({ start: this.#start, end, firstRow: this.#rows, rows: found.rows });
      this.#rows += found.rows;
      this.#start = end;
    } else if (this.spans.length > 0) {
      // A page without a row of its own, or one that goes on with the row before: it belongs to the span before.
      const last = this.spans.pop()!;
      const more = found?.rows ?? 0;
      this.spans.push({ ...last, end, rows: last.rows + more });
      this.#rows += more;
      this.#start = end;
    }
    this.#at = end;
  }
}

interface WalkContext {
  readonly window: ChunkWindow;
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

function broken(wanted: string, at: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet column must have ${wanted}, at byte ${at}`, {
    hint: 'The file is damaged, or was written by rules that Parquetry does not know.',
    details: { at },
  });
}
