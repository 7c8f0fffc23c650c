import type { ColumnChunk } from '../../parquet/column-chunk.ts';
import type { ByteSource } from '../../parquet/footer-reader.ts';
import { type ChunkPages, indexedPages, PageWalk } from '../../parquet/page-spans.ts';
import { checkCodec } from '../../parquet/parquet-file.ts';
import type { StoredScalar } from '../../parquet/stored-fields.ts';

/** Chunks whose pages are known at a time: a screen of columns in a few row groups. */
const MAX_CHUNKS = 1_000;

/** What pages are asked for. */
export interface PagesWanted {
  readonly rowGroup: number;
  readonly scalar: StoredScalar;
  readonly chunk: ColumnChunk;
  /** Rows of the row group. */
  readonly rows: number;
  /** The rows before this one must be found. */
  readonly until: number;
}

interface Known {
  pages: Promise<ChunkPages>;
}

/** Where pages lie, found once: by the offset index, or by walking along page headers as far as somebody needed it. */
export class ChunkPagesCache {
  readonly #source: ByteSource;
  readonly #known = new Map<string, Known>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async of(wanted: PagesWanted): Promise<ChunkPages> {
    const { rowGroup, scalar, chunk, rows, until } = wanted;
    checkCodec(chunk, scalar);
    const key = `${rowGroup}:${scalar.leaf}`;
    let known = this.#known.get(key);
    if (!known) {
      const request = { source: this.#source, chunk, scalar, rows };
      known = { pages: indexedPages(request).then((pages) => pages ?? new PageWalk(request)) };
      this.#put(key, known);
    }
    const pages = await known.pages;
    if (!(pages instanceof PageWalk)) return pages;
    // One step after the other: a walk has one place.
    known.pages = known.pages.then(async () => {
      await pages.until(until);
      return pages;
    });
    known.pages.catch(() => this.#known.delete(key));
    return known.pages;
  }

  #put(key: string, known: Known): void {
    known.pages.catch(() => this.#known.delete(key));
    if (this.#known.size >= MAX_CHUNKS) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(key, known);
  }
}
