import type { Column } from '../../columns/column.ts';
import type { Type } from '../../core/schema.ts';

/** A value that is the same for all rows of a batch: a literal, or what stands in the user's code outside of the record. */
export interface Constant {
  readonly constant: unknown;
}

export type Argument = Column | Constant;

/** Takes note of the row that a built-in is at. */
export type AtRow = (row: number) => void;

/**
 * One place in a transform where a built-in is called, in one lane: it keeps memory and answers over batches, so each place has
 * its own.
 */
export interface ColumnCall {
  /**
   * What the function answers for rows 0 … `length` − 1, of the output type asked for; nulls as the function has them, so a
   * required output must look at `nullCount`. Valid until the next `apply`, as long as the arguments are. Undefined if a row
   * has to go through the function itself, because its answer does not fit the output, or it would throw. A function that may not
   * come back from a value, as a regular expression may not, tells each row to `atRow` before it begins with it.
   */
  apply(args: readonly Argument[], length: number, atRow?: AtRow): Column | undefined;
}

/**
 * A built-in function that can be computed on whole columns: as the function of this name that a transform imports answers
 * value by value, so it does here.
 */
export interface ColumnBuiltin {
  readonly name: string;
  /**
   * Whether a call can be computed for an output of this type. An argument is the type of an input column, or undefined where it
   * is a constant.
   */
  accepts(args: readonly (Type | undefined)[], output: Type): boolean;
  /** For an output that `accepts` says yes to. */
  open(output: Type): ColumnCall;
}

/** The column in the first place; no built-in is known by a call without one. */
export function columnOf(args: readonly Argument[]): Column {
  return args[0] as Column;
}

/** What stands in the places behind the first; a column there is undefined, which no function takes. */
export function constantsOf(args: readonly Argument[]): unknown[] {
  return args.slice(1).map((arg) => ('constant' in arg ? arg.constant : undefined));
}
