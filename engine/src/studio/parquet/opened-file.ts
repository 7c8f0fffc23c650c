import { ParquetryError } from '../../core/errors.ts';
import { Arena } from '../../parquet/arena.ts';
import type { RowGroup } from '../../parquet/column-chunk.ts';
import { openParquetFile, type ParquetFile } from '../../parquet/parquet-file.ts';
import { type StoredScalar, scalarsOf } from '../../parquet/stored-fields.ts';
import { type OpenBytes, openBytes, writtenAnew } from '../byte-source.ts';
import { ChunkPagesCache } from './chunk-pages-cache.ts';
import type { RowsRead } from './page-of-rows.ts';
import { type ViewField, viewFields } from './view-fields.ts';
import type { FileSpec } from './viewer-methods.ts';

/** Row groups whose chunks are held as trees; of others only the bytes are. */
const HELD_GROUPS = 4;
const IDLE_ARENAS = 2;
/** One that a large page blew up is not kept. */
const MAX_IDLE_ARENA_BYTES = 64 << 20;

/** A file that is looked at: its metadata, and where its pages are as far as that was found out. */
export class OpenedFile implements AsyncDisposable {
  readonly spec: FileSpec;
  readonly bytes: OpenBytes;
  readonly parquet: ParquetFile;
  readonly fields: readonly ViewField[];
  readonly pages: ChunkPagesCache;
  /** Results that are expensive to get again, by what was asked: filters and sorts. */
  readonly results = new Map<string, unknown>();
  /** See `row-blocks.ts`. */
  readonly rowBlocks = new Map<string, Promise<RowsRead>>();
  /** The number of each row group's first row. */
  readonly firstRows: readonly number[];
  readonly #byName: ReadonlyMap<string, ViewField>;
  readonly #groups = new Map<number, RowGroup>();
  readonly #arenas: Arena[] = [];
  readonly #closing: AbortController;

  private constructor(spec: FileSpec, bytes: OpenBytes, found: ParquetFile, closing: AbortController) {
    this.#closing = closing;
    this.spec = spec;
    this.bytes = bytes;
    this.fields = viewFields(found.stored);
    const stored = this.fields.map((field) => field.stored);
    // The position among all columns of the file stays that of the file.
    const scalars: StoredScalar[] = [...found.scalars];
    for (const scalar of stored.flatMap((field) => scalarsOf(field.stored))) scalars[scalar.leaf] = scalar;
    this.parquet = { ...found, stored, scalars };
    this.pages = new ChunkPagesCache(bytes);
    this.#byName = new Map(this.fields.map((field) => [field.name, field]));
    let next = 0;
    this.firstRows = found.rowGroups.map(({ rows }) => {
      next += rows;
      return next - rows;
    });
  }

  /** E_CONFLICT if the file is not the one that the spec is about any more. */
  static async open(spec: FileSpec): Promise<OpenedFile> {
    // Reads outlive the request that asks first: others may wait for what they bring.
    const closing = new AbortController();
    const bytes = await openBytes(spec.place, spec.aws, closing.signal);
    try {
      if (spec.version !== undefined && spec.version !== bytes.version) throw writtenAnew(spec.place);
      return new OpenedFile(spec, bytes, await openParquetFile(bytes), closing);
    } catch (error) {
      await bytes[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Throws E_NOT_FOUND. */
  field(name: string): ViewField {
    const found = this.#byName.get(name);
    if (found) return found;
    throw new ParquetryError('E_NOT_FOUND', `the file must have a column ${name}, it has none`);
  }

  /** A row group with its chunks, which the file's own would read anew each time. */
  group(index: number): RowGroup {
    const held = this.#groups.get(index);
    if (held) return held;
    const { rows, compressedBytes, uncompressedBytes, chunks } = this.parquet.rowGroups[index]!;
    const group = { rows, compressedBytes, uncompressedBytes, chunks };
    if (this.#groups.size >= HELD_GROUPS) this.#groups.delete(this.#groups.keys().next().value!);
    this.#groups.set(index, group);
    return group;
  }

  /** The row group of a row. */
  groupOf(row: number): number {
    let [low, high] = [0, this.firstRows.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.firstRows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Memory for decoding; to be given back. */
  takeArena(): Arena {
    return this.#arenas.pop() ?? new Arena();
  }

  giveArena(arena: Arena): void {
    const isLarge = arena.keptBytes > MAX_IDLE_ARENA_BYTES;
    if (isLarge || this.#arenas.length >= IDLE_ARENAS) arena.free();
    else {
      arena.reset();
      this.#arenas.push(arena);
    }
    // A decoder that has grown so far was let go; its memory would stay for many requests more.
    if (isLarge) globalThis.gc?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.bytes[Symbol.asyncDispose]();
  }
}
