import type { Column } from '../../columns/column.ts';
import { NullableReader, type Reader } from './reader.ts';

export class ListReader extends NullableReader {
  private readonly element: Reader;
  private offsets: Int32Array = new Int32Array();

  constructor(element: Reader) {
    super();
    this.element = element;
  }

  protected override bindValues(column: Column): void {
    this.offsets = column.offsets!;
    this.element.bind(column.children![0]!);
  }

  protected override valueAt(row: number): unknown[] {
    const end = this.offsets[row + 1]!;
    const values: unknown[] = [];
    for (let element = this.offsets[row]!; element < end; element++) values.push(this.element.at(element));
    return values;
  }
}

abstract class EntriesReader extends NullableReader {
  private readonly key: Reader;
  private readonly value: Reader;
  private offsets: Int32Array = new Int32Array();

  constructor(key: Reader, value: Reader) {
    super();
    this.key = key;
    this.value = value;
  }

  protected override bindValues(column: Column): void {
    this.offsets = column.offsets!;
    this.key.bind(column.children![0]!);
    this.value.bind(column.children![1]!);
  }

  protected forEachEntry(row: number, visit: (key: unknown, value: unknown) => void): void {
    const end = this.offsets[row + 1]!;
    for (let entry = this.offsets[row]!; entry < end; entry++) visit(this.key.at(entry), this.value.at(entry));
  }
}

/** Maps with text keys become objects without a prototype: "__proto__" and "constructor" are keys like any other. */
export class TextMapReader extends EntriesReader {
  protected override valueAt(row: number): unknown {
    const entries: Record<string, unknown> = Object.create(null);
    this.forEachEntry(row, (key, value) => {
      entries[key as string] = value;
    });
    return entries;
  }
}

/** Maps with other keys become Maps. */
export class MapReader extends EntriesReader {
  protected override valueAt(row: number): unknown {
    const entries = new Map<unknown, unknown>();
    this.forEachEntry(row, (key, value) => entries.set(key, value));
    return entries;
  }
}

/** Objects of one shape, made by generated code. */
export class StructReader extends NullableReader {
  private readonly fields: readonly Reader[];
  private readonly make: (row: number) => object;

  constructor(fields: readonly Reader[], make: (row: number) => object) {
    super();
    this.fields = fields;
    this.make = make;
  }

  protected override bindValues(column: Column): void {
    for (const [i, field] of this.fields.entries()) field.bind(column.children![i]!);
  }

  protected override valueAt(row: number): object {
    return this.make(row);
  }
}
