import type { ColumnBuilder } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import type { Misfit } from './misfit.ts';

/** Checks values that take more than generated code can do in a line, and appends them to a builder. */
export abstract class Appender<Builder extends ColumnBuilder = ColumnBuilder> implements OutputColumn {
  readonly builder: Builder;
  /** What a value must be, for messages: "a uuid". */
  protected readonly wanted: string;
  protected readonly misfit: Misfit;

  constructor(wanted: string, builder: Builder, misfit: Misfit) {
    this.wanted = wanted;
    this.builder = builder;
    this.misfit = misfit;
  }

  /** Appends a value that is not undefined, and null only if it is a json. On false the misfit says why. */
  abstract append(value: unknown): boolean;

  appendNull(): void {
    this.builder.appendNull();
  }

  /** Appends rows of a column of the same type, in a batch in which nothing has been appended yet. */
  appendSelection(column: Column, rows: Int32Array): void {
    this.builder.appendSelection(column, rows);
  }

  truncate(length: number): void {
    this.builder.truncate(length);
  }

  clear(): void {
    this.builder.clear();
  }

  finish(): Column {
    return this.builder.finish();
  }
}

/** A column of the output while a batch is made. Builders are such columns, too. */
export interface OutputColumn {
  /** Takes back the slots from `length` on, and parts of an unfinished one. */
  truncate(length: number): void;
  /** Begins a batch: takes back all slots. */
  clear(): void;
  /** What was appended; valid until the next append or truncate. */
  finish(): Column;
}
