import type { Field } from '../../../core/schema.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { CompactWriter } from '../../../parquet/compact-writer.ts';
import { columnName, type StoredSchema } from '../../../parquet/schema-elements.ts';
import { codecOf, levelOf } from '../compress.ts';
import type { ParquetOptions } from '../options.ts';
import { BatchAppender } from './batch-append.ts';
import { BodyCodecs } from './body-codec.ts';
import { comparisonOf } from './bounds.ts';
import { chunkFacts } from './chunk-metadata.ts';
import { type ColumnSettings, ColumnWriter } from './column-writer.ts';
import { planWrite } from './leaf-plan.ts';
import { PageStore } from './page-store.ts';
import { RowOrder, type SortColumn } from './row-order.ts';
import type { SealBuffers, SealedColumn } from './seal.ts';
import { WriterSet } from './writer-set.ts';

/** Sets that wait for their next row group. More than a few are only made by many open partitions. */
const MAX_IDLE = 4;

/** What the row groups of one set of fields share on a thread, and writers that are used again. */
export class EncodePlan {
  readonly kernel: Kernel;
  readonly appender: BatchAppender;
  readonly buffers: SealBuffers = { meta: new CompactWriter(), columnIndexes: new CompactWriter() };
  /** Of each column of the file, what its chunks share. */
  readonly chunks: readonly Omit<SealedColumn, 'column'>[];
  readonly #settings: readonly ColumnSettings[];
  readonly #sorting: readonly SortColumn[];
  readonly #codecs: BodyCodecs;
  readonly #idle: WriterSet[] = [];
  #open = 0;
  #isRetired = false;

  /** `stored` and `schema` are those of `fields`, without lz4, which the kernel lacks. */
  constructor(
    kernel: Kernel,
    fields: readonly Field[],
    stored: readonly Field[],
    schema: StoredSchema,
    options: ParquetOptions,
  ) {
    this.kernel = kernel;
    const write = planWrite(fields, stored, schema.leaves, options);
    this.appender = new BatchAppender(kernel, write);
    this.#codecs = new BodyCodecs(kernel);
    const { pageVersion, dataPageSize } = options;
    this.#settings = write.leaves.map((plan, i) => {
      const name = codecOf(columnName(schema.leaves[i]!), options);
      return { plan, codec: this.#codecs.of(name, levelOf(name, options))!, pageVersion, dataPageSize };
    });
    this.#sorting = options.sortingColumns.map(({ column, ...order }) => {
      return { index: schema.leaves.findIndex(({ path }) => path[0] === column), ...order };
    });
    this.chunks = this.#settings.map(({ plan, codec }, i) => ({
      facts: chunkFacts(schema.leaves[i]!, codec.id, pageVersion),
      compare: comparisonOf(plan),
      statistics: plan.statistics,
    }));
  }

  /** Writers for a new row group. */
  take(): WriterSet {
    this.#open++;
    return this.#idle.pop() ?? this.#newSet();
  }

  #newSet(): WriterSet {
    const store = new PageStore(this.kernel);
    const columns = this.#settings.map((one) => new ColumnWriter(this.kernel, this.buffers.meta, store, one));
    return new WriterSet(this, store, columns, this.#order());
  }

  #order(): RowOrder | undefined {
    return this.#sorting.length > 0 ? new RowOrder(this.kernel, this.#sorting) : undefined;
  }

  giveBack(set: WriterSet): void {
    this.#open--;
    if (this.#idle.length < MAX_IDLE && !this.#isRetired) this.#idle.push(set);
    else set.release();
    if (this.#isRetired && this.#open === 0) this.#release();
  }

  /** No row group is open. */
  get isIdle(): boolean {
    return this.#open === 0;
  }

  /** Gives all memory back as soon as the row groups that are open are sealed; no others may be taken. */
  retire(): void {
    this.#isRetired = true;
    for (const set of this.#idle.splice(0)) set.release();
    if (this.#open === 0) this.#release();
  }

  #release(): void {
    this.appender.release();
    this.#codecs.release();
  }
}
