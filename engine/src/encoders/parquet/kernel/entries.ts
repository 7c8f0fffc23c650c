import type { Column } from '../../../columns/column.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { Node } from './leaf-plan.ts';
import type { Placement } from './placement.ts';

/** Entries of a nesting level, in the kernel's memory: see assembly/pages-levels.ts. */
export interface Entries {
  readonly slots: number;
  readonly first: number;
  readonly count: number;
  readonly definitions: number;
  readonly repetitions: number;
  /** No slot is below `low`, all are below `high`. */
  readonly low: number;
  readonly high: number;
}

/** Entries of a column without children, and how many of them have a value. */
export interface LeafEntries extends Entries {
  readonly values: number;
}

/** Takes entries down through nested columns. Everything it answers is valid until the placement is reset. */
export class EntryWalk {
  readonly #kernel: Kernel;
  readonly #placement: Placement;
  #composed: { readonly outer: Entries; readonly rows: Int32Array; readonly entries: Entries } | undefined;

  constructor(kernel: Kernel, placement: Placement) {
    this.#kernel = kernel;
    this.#placement = placement;
  }

  /** Rows `start` up to `end` of a batch, or of a selection whose row numbers lie at `selected`. */
  rows(start: number, end: number, selected?: { readonly address: number; readonly rows: Int32Array }): Entries {
    const entries = {
      slots: 0,
      first: start,
      count: end - start,
      definitions: 0,
      repetitions: 0,
      low: start,
      high: end,
    };
    if (!selected) return entries;
    const { address, rows } = selected;
    return { ...entries, slots: address + start * 4, first: 0, low: rows[start]!, high: rows[end - 1]! + 1 };
  }

  /** The same entries as slots of the column that a picked one reads. All columns of a transform share one set of rows. */
  picked(outer: Entries, column: Column, rows: Int32Array): Entries {
    if (this.#composed?.outer === outer && this.#composed.rows === rows) return this.#composed.entries;
    const { slots, first, count, low, high } = outer;
    const inner = this.#placement.place(rows, low, high);
    const bounds = { low: 0, high: column.length };
    let entries: Entries;
    if (slots === 0) {
      entries = { ...outer, ...bounds, slots: inner + first * 4, first: 0 };
    } else {
      const target = this.#placement.take(count * 4);
      this.#kernel.exports.composeSlots(slots, first, count, inner, target);
      entries = { ...outer, ...bounds, slots: target, first: 0 };
    }
    this.#composed = { outer, rows, entries };
    return entries;
  }

  /** Entries of what is in a nullable struct, list or map: nulls have no slot any more. */
  optional(entries: Entries, column: Column, level: number): Entries {
    if (column.nullCount === 0) return entries;
    const { slots, first, count, definitions } = entries;
    const outSlots = this.#placement.take(count * 4);
    const outDefinitions = this.#placement.take(count);
    const validity = this.#validity(column, entries);
    const { descendOptional } = this.#kernel.exports;
    descendOptional(slots, first, count, definitions, validity, level, outSlots, outDefinitions);
    return { ...entries, slots: outSlots, first: 0, definitions: outDefinitions };
  }

  /** Entries of the elements of lists. `level` is the definition level of a list without any. */
  elements(entries: Entries, column: Column, { level, repetition }: { level: number; repetition: number }): Entries {
    const { slots, first, count, definitions, repetitions, low, high } = entries;
    const { exports } = this.#kernel;
    const offsets = this.#placement.place(column.offsets!, low, high + 1);
    const elements = exports.countElements(slots, first, count, offsets);
    const outSlots = this.#placement.take(elements * 4);
    const outDefinitions = this.#placement.take(elements);
    const outRepetitions = this.#placement.take(elements);
    exports.descendList(
      ...[slots, first, count, definitions, repetitions, offsets, level, repetition],
      ...[outSlots, outDefinitions, outRepetitions],
    );
    return {
      slots: outSlots,
      first: 0,
      count: elements,
      definitions: outDefinitions,
      repetitions: outRepetitions,
      low: column.offsets![low]!,
      high: column.offsets![high]!,
    };
  }

  /** Entries of a column without children, and slots of the values alone. */
  leaf(entries: Entries, column: Column, node: Extract<Node, { kind: 'leaf' }>): LeafEntries {
    const { slots, first, count, definitions } = entries;
    const isNullable = node.optional && column.nullCount > 0;
    if (!isNullable && definitions === 0) return { ...entries, values: count };
    const outSlots = this.#placement.take(count * 4);
    const outDefinitions = this.#placement.take(count);
    const validity = isNullable ? this.#validity(column, entries) : 0;
    const { leafEntries } = this.#kernel.exports;
    const level = node.leaf.maxDefinition;
    const values = leafEntries(slots, first, count, definitions, validity, level, outSlots, outDefinitions);
    return { ...entries, slots: outSlots, first: 0, definitions: outDefinitions, values };
  }

  #validity(column: Column, { low, high }: Entries): number {
    return this.#placement.place(column.validity!, low >> 3, (high + 7) >> 3);
  }
}
