import type { Type } from '../../core/schema.ts';
import type { Column } from '../column.ts';
import { Builder } from './base.ts';
import { appendOffsets, checkOffset, gatherOffsets, grownOffsets, initialOffsets } from './offsets.ts';

/** What a list and a map share: slots that are spans of their children. */
abstract class SpanBuilder extends Builder {
  protected readonly parts: readonly Builder[];
  private offsets = initialOffsets();

  constructor(type: Type, parts: readonly Builder[]) {
    super(type);
    this.parts = parts;
  }

  /** Ends the slot that holds what the children got since the last one. */
  protected endSlot(): void {
    const end = this.parts[0]!.length;
    checkOffset(end);
    this.growOffsets(this.length + 1);
    this.offsets[++this.length] = end;
  }

  override appendNull(): void {
    this.markNull();
    this.endSlot();
  }

  override get byteSize(): number {
    const own = (this.length + 1) * 4 + this.validityBytes;
    return this.parts.reduce((sum, part) => sum + part.byteSize, own);
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.growOffsets(this.length + end - start);
    this.copyNulls(column, start, end);
    const offsets = column.offsets!;
    appendOffsets(this.offsets, this.length, offsets, { start, end });
    this.length += end - start;
    for (const [i, part] of this.parts.entries())
      part.appendRange(column.children![i]!, offsets[start]!, offsets[end]!);
  }

  protected override gather(column: Column, rows: Int32Array): void {
    this.growOffsets(this.length + rows.length);
    this.gatherNulls(column, rows);
    const elements = gatherOffsets(this.offsets, this.length, column.offsets!, rows);
    this.length += rows.length;
    for (const [i, part] of this.parts.entries()) part.appendSelection(column.children![i]!, elements);
  }

  override finish(): Column {
    const { type, length, nullCount } = this;
    const offsets = this.offsets.subarray(0, length + 1);
    const children = this.parts.map((part) => part.finish());
    return { type, length, nullCount, validity: this.finishValidity(), offsets, children };
  }

  /** Drops children appended for a slot that was never ended, too. */
  override truncate(length: number): void {
    this.truncateValidity(length);
    this.length = length;
    for (const part of this.parts) part.truncate(this.offsets[length]!);
  }

  private growOffsets(needed: number): void {
    if (needed >= this.offsets.length) this.offsets = grownOffsets(this.offsets, this.length, needed);
  }
}

/** Append the elements to `child`, then `endList()`. */
export class ListBuilder<Child extends Builder = Builder> extends SpanBuilder {
  readonly child: Child;

  constructor(type: Type, child: Child) {
    super(type, [child]);
    this.child = child;
  }

  endList(): void {
    this.endSlot();
  }
}

/** Append to `keys` and `values` alike, then `endMap()`. */
export class MapBuilder<Keys extends Builder = Builder, Values extends Builder = Builder> extends SpanBuilder {
  readonly keys: Keys;
  readonly values: Values;

  constructor(type: Type, keys: Keys, values: Values) {
    super(type, [keys, values]);
    this.keys = keys;
    this.values = values;
  }

  endMap(): void {
    this.endSlot();
  }
}

/** Append one slot to each child, then `endStruct()`. */
export class StructBuilder<Child extends Builder = Builder> extends Builder {
  /** One a field, same order. */
  readonly children: readonly Child[];

  constructor(type: Type, children: readonly Child[]) {
    super(type);
    this.children = children;
  }

  endStruct(): void {
    this.length++;
  }

  override appendNull(): void {
    this.markNull();
    for (const child of this.children) child.appendNull();
    this.length++;
  }

  override get byteSize(): number {
    return this.children.reduce((sum, child) => sum + child.byteSize, this.validityBytes);
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.copyNulls(column, start, end);
    for (const [i, child] of this.children.entries()) child.appendRange(column.children![i]!, start, end);
    this.length += end - start;
  }

  protected override gather(column: Column, rows: Int32Array): void {
    this.gatherNulls(column, rows);
    for (const [i, child] of this.children.entries()) child.appendSelection(column.children![i]!, rows);
    this.length += rows.length;
  }

  override finish(): Column {
    const { type, length, nullCount } = this;
    const children = this.children.map((child) => child.finish());
    return { type, length, nullCount, validity: this.finishValidity(), children };
  }

  /** Drops children appended for a slot that was never ended, too. */
  override truncate(length: number): void {
    this.truncateValidity(length);
    this.length = length;
    for (const child of this.children) child.truncate(length);
  }
}
