import type { ColumnBuilder } from '../../columns/builder.ts';
import type { ListBuilder, MapBuilder, StructBuilder } from '../../columns/builders/nested.ts';
import { Appender } from './appender.ts';
import type { Misfit } from './misfit.ts';

/** A place for values: an appender that knows whether null may stand there. */
export interface SlotAppender {
  readonly appender: Appender;
  readonly optional: boolean;
}

export class ListAppender extends Appender<ListBuilder<ColumnBuilder>> {
  private readonly element: SlotAppender;

  constructor(builder: ListBuilder<ColumnBuilder>, element: SlotAppender, misfit: Misfit) {
    super('a list (an array)', builder, misfit);
    this.element = element;
  }

  override append(value: unknown): boolean {
    if (!Array.isArray(value)) return this.misfit.refuse(this.wanted, value);
    for (let i = 0; i < value.length; i++) {
      if (!appendTo(this.element, value[i], this.misfit)) return this.misfit.inElement(i);
    }
    this.builder.endList();
    return true;
  }
}

/** Where the entries of a map go. */
export interface MapSlots {
  readonly key: SlotAppender;
  readonly value: SlotAppender;
  /** Whether an object will do: its keys are texts. */
  readonly textKeys: boolean;
}

export class MapAppender extends Appender<MapBuilder<ColumnBuilder, ColumnBuilder>> {
  private readonly slots: MapSlots;

  constructor(builder: MapBuilder<ColumnBuilder, ColumnBuilder>, slots: MapSlots, misfit: Misfit) {
    super(slots.textKeys ? 'a map (a Map or a plain object)' : 'a map (a Map)', builder, misfit);
    this.slots = slots;
  }

  override append(value: unknown): boolean {
    const entries = entriesOf(value, this.slots.textKeys);
    if (entries === undefined) return this.misfit.refuse(this.wanted, value);
    for (const [key, item] of entries) {
      if (!appendTo(this.slots.key, key, this.misfit)) return this.misfit.inElement(key);
      if (!appendTo(this.slots.value, item, this.misfit)) return this.misfit.inElement(key);
    }
    this.builder.endMap();
    return true;
  }
}

/** A Set or a Date has no entries: taking it for an empty object would lose it unseen. */
function entriesOf(value: unknown, textKeys: boolean): Iterable<readonly [unknown, unknown]> | undefined {
  if (value instanceof Map) return value;
  if (!textKeys || typeof value !== 'object' || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? Object.entries(value) : undefined;
}

/** Objects, field by field, in generated code. */
export class StructAppender extends Appender<StructBuilder<ColumnBuilder>> {
  private readonly appendFields: (value: object) => boolean;

  constructor(builder: StructBuilder<ColumnBuilder>, appendFields: (value: object) => boolean, misfit: Misfit) {
    super('a struct (an object)', builder, misfit);
    this.appendFields = appendFields;
  }

  override append(value: unknown): boolean {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.misfit.refuse(this.wanted, value);
    }
    if (!this.appendFields(value)) return false;
    this.builder.endStruct();
    return true;
  }
}

/** Appends a value where null may or may not stand; undefined counts as null. */
export function appendTo({ appender, optional }: SlotAppender, value: unknown, misfit: Misfit): boolean {
  if (value !== undefined && (value !== null || (appender.takesNull && !optional))) return appender.append(value);
  if (!optional) return misfit.refuse(appender.wanted, value);
  appender.builder.appendNull();
  return true;
}
