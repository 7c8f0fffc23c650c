import type { Column, ColumnBatch, Dictionary, FixedValues, Selection } from '../../../columns/column.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { KIND, LEAF, LOADER } from '../../../kernel/pages.ts';
import type { ColumnWriter } from './column-writer.ts';
import { type Entries, EntryWalk } from './entries.ts';
import type { LeafPlan, Node, WritePlan } from './leaf-plan.ts';
import { Placement } from './placement.ts';
import type { RowOrder } from './row-order.ts';
import { Scratch } from './scratch.ts';

type LeafNode = Extract<Node, { kind: 'leaf' }>;

/** What rows are appended to. */
export interface AppendTarget {
  readonly columns: readonly ColumnWriter[];
  /** Absent if nobody asked whether rows are sorted. */
  readonly order: RowOrder | undefined;
}

/** Rows that go through the kernel at once: what is made on the way to pages stays small, whatever the batch. */
const CHUNK_ROWS = 1 << 14;
const UUID_BYTES = 16;
const UUID_TEXT_BYTES = 36;

/** Brings batches into the kernel's memory, as far as they are not there, and hands each column's values to its writer. */
export class BatchAppender {
  readonly #kernel: Kernel;
  readonly #plan: WritePlan;
  readonly #rows: Scratch;
  readonly #placement: Placement;
  readonly #walk: EntryWalk;
  readonly #leaf: number;

  constructor(kernel: Kernel, plan: WritePlan) {
    this.#kernel = kernel;
    this.#plan = plan;
    this.#rows = new Scratch(kernel);
    this.#placement = new Placement(kernel);
    this.#walk = new EntryWalk(kernel, this.#placement);
    this.#leaf = kernel.allocate(kernel.exports.leafBytes());
  }

  /** Adds rows of a batch to the columns, in order. */
  append(batch: ColumnBatch, selection: Selection, { columns, order }: AppendTarget): void {
    const count = selection?.length ?? batch.length;
    const selected = selection && { address: this.#placeRows(selection), rows: selection };
    this.#placement.begin(batch, selection);
    for (let start = 0; start < count; start += CHUNK_ROWS) {
      const rows = this.#walk.rows(start, Math.min(count, start + CHUNK_ROWS), selected);
      if (order?.isSorted) this.#checkOrder(batch, rows, columns, order);
      for (let i = 0; i < batch.columns.length; i++)
        this.#append(this.#plan.nodes[i]!, batch.columns[i]!, rows, columns);
      this.#placement.reset();
    }
    this.#rows.reset();
  }

  #placeRows(rows: Int32Array): number {
    return this.#kernel.addressOf(rows) ?? this.#rows.copy(rows, 0, rows.length);
  }

  release(): void {
    this.#rows.release();
    this.#placement.release();
    this.#kernel.release(this.#leaf);
  }

  #append(node: Node, column: Column, entries: Entries, columns: readonly ColumnWriter[]): void {
    [column, entries] = this.#unpicked(column, entries);
    if (node.kind === 'leaf') {
      this.#appendLeaf(node, column, entries, columns[node.leaf.index]!);
      return;
    }
    let inner = node.optional ? this.#walk.optional(entries, column, node.level) : entries;
    if (node.kind === 'repeated') {
      const level = node.level + (node.optional ? 1 : 0);
      inner = this.#walk.elements(inner, column, { level, repetition: node.repetition });
    }
    for (let i = 0; i < node.children.length; i++)
      this.#append(node.children[i]!, column.children![i]!, inner, columns);
  }

  /** The column that a picked one reads, and the entries as its slots. */
  #unpicked(column: Column, entries: Entries): readonly [Column, Entries] {
    while (column.picked) {
      entries = this.#walk.picked(entries, column.picked.column, column.picked.rows);
      column = column.picked.column;
    }
    return [column, entries];
  }

  #checkOrder(batch: ColumnBatch, rows: Entries, columns: readonly ColumnWriter[], order: RowOrder): void {
    const { exports } = this.#kernel;
    const orders = this.#placement.take(rows.count);
    for (let i = 0; i < order.columns.length; i++) {
      const { index, descending, nullsFirst } = order.columns[i]!;
      const position = this.#plan.nodes.findIndex((node) => node.kind === 'leaf' && node.leaf.index === index);
      const node = this.#plan.nodes[position] as LeafNode;
      const { state } = columns[index]!;
      const [column, entries] = this.#unpicked(batch.columns[position]!, rows);
      const values = this.#fillLeaf(node, column, entries, columns[index]!);
      const scratch = this.#placement.take(exports.plainBound(state, this.#leaf, values));
      const [last, isFirst] = [order.lastValues[i]!, i === 0 ? 1 : 0];
      const flags = [descending ? 1 : 0, nullsFirst ? 1 : 0, isFirst] as const;
      if (exports.compareRows(state, this.#leaf, values, last, ...flags, orders, scratch) === 1) order.isSorted = false;
      if (!order.isSorted) return;
    }
  }

  #appendLeaf(node: LeafNode, column: Column, above: Entries, writer: ColumnWriter): void {
    this.#fillLeaf(node, column, above, writer);
    writer.append(this.#leaf);
  }

  /** Puts together what is appended to a column next; answers how many values it has. */
  #fillLeaf(node: LeafNode, column: Column, above: Entries, writer: ColumnWriter): number {
    const entries = this.#walk.leaf(above, column, node);
    const { words } = this.#kernel;
    const at = this.#leaf >> 2;
    words[at + LEAF.loader] = node.leaf.loader;
    words[at + LEAF.slots] = entries.slots;
    words[at + LEAF.first] = entries.first;
    words[at + LEAF.entries] = entries.count;
    words[at + LEAF.definitions] = entries.definitions;
    words[at + LEAF.repetitions] = entries.repetitions;
    words[at + LEAF.entry] = 0;
    words[at + LEAF.value] = 0;
    words[at + LEAF.codes] = 0;
    if (entries.values > 0) {
      if (node.isUuidText) this.#placeUuids(at, column, entries);
      else if (node.leaf.kind === KIND.BYTES) this.#placeBytes(at, column, entries, writer);
      else words[at + LEAF.source] = this.#placeFixed(node.leaf, column.values!, entries);
    }
    return entries.values;
  }

  #placeFixed({ loader }: LeafPlan, values: FixedValues, { low, high }: Entries): number {
    switch (loader) {
      case LOADER.BOOL:
        return this.#placement.place(values, low >> 3, (high + 7) >> 3);
      case LOADER.COPY128:
      case LOADER.DECIMAL32:
      case LOADER.DECIMAL64:
      case LOADER.DECIMAL_FIXED:
        return this.#placement.place(values, low * 16, high * 16);
      default:
        return this.#placement.place(values, low, high);
    }
  }

  #placeBytes(at: number, column: Column, { low, high }: Entries, writer: ColumnWriter): void {
    const { words } = this.#kernel;
    const offsets = column.offsets!;
    words[at + LEAF.source] = this.#placement.place(column.data!, offsets[low]!, offsets[high]!);
    words[at + LEAF.offsets] = this.#placement.place(offsets, low, high + 1);
    const { codes, dictionary } = column;
    if (!codes || !dictionary || !writer.isIndexed) return;
    words[at + LEAF.codes] = this.#placement.place(codes, low, high);
    words[at + LEAF.remap] = writer.remapOf(dictionary as Dictionary);
  }

  #placeUuids(at: number, column: Column, { low, high }: Entries): void {
    const { words, exports } = this.#kernel;
    const count = high - low;
    const source = this.#placement.place(column.values!, low * UUID_BYTES, high * UUID_BYTES);
    const data = this.#placement.take(count * UUID_TEXT_BYTES);
    const offsets = this.#placement.take((count + 1) * 4);
    exports.uuidTexts(source + low * UUID_BYTES, count, data, offsets);
    words[at + LEAF.source] = data;
    words[at + LEAF.offsets] = offsets - low * 4;
  }
}
