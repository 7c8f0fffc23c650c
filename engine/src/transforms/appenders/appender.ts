import type { ColumnBuilder } from '../../columns/builder.ts';
import type { Misfit } from './misfit.ts';

/**
 * Checks values of user code against a type and appends them to a builder. As with readers: one class a layout, one
 * instance a column, each called from generated code at a place of its own.
 */
export abstract class Appender<Builder extends ColumnBuilder = ColumnBuilder> {
  readonly builder: Builder;
  /** What a value must be, for messages: "an int". */
  readonly wanted: string;
  /** Whether null is a value of the type, as in json. */
  readonly takesNull: boolean = false;
  protected readonly misfit: Misfit;

  constructor(wanted: string, builder: Builder, misfit: Misfit) {
    this.wanted = wanted;
    this.builder = builder;
    this.misfit = misfit;
  }

  /**
   * Appends a value that is not undefined, and null only if `takesNull`. On false the misfit says why, and parts of the
   * value may have been appended: the caller truncates.
   */
  abstract append(value: unknown): boolean;
}
