import type { Barrier, Removal } from '../recognise/shape.ts';

/** Why a field is not handed on although it looks like it. */
export interface Reason {
  readonly message: string;
  readonly hint?: string;
  /** Offset in the compiled code. */
  readonly at?: number;
}

export type OutputPlan =
  | {
      readonly kind: 'handed-on';
      /** Dotted input path. */
      readonly from: string;
      /** Positions of the fields that lead to the column. */
      readonly indexes: readonly number[];
      /** The output is required, the input is not: nulls are the misfits of their records. */
      readonly mustHaveValue: boolean;
    }
  | {
      readonly kind: 'built-in';
      readonly name: string;
      readonly args: readonly BuiltinArgument[];
      /** Null from the built-in is the misfit of its record. */
      readonly mustHaveValue: boolean;
    }
  | {
      readonly kind: 'computed';
      /** Input fields that the expression in the returned object names. */
      readonly reads: readonly string[];
      readonly reason?: Reason;
    };

/** A column of the input, or the text of an expression that has the same value for all records. */
export type BuiltinArgument =
  | { readonly from: string; readonly indexes: readonly number[] }
  | { readonly constant: string };

/** Names from the top of a schema. */
export type Paths = readonly (readonly string[])[];

/** How a transform runs over columns. */
export interface ColumnarPlan {
  /** One a field of the output. */
  readonly outputs: readonly OutputPlan[];
  /** Paths of the input fields that the code may look at, as it is. */
  readonly readsAsIs: Paths;
  /** Paths of those that the remaining code may look at. */
  readonly reads: Paths;
  /** What is taken out of the code. */
  readonly removals: readonly Removal[];
  /** Keys without a field in the output that every row would have, had it been made by the whole code. */
  readonly undeclared: readonly string[];
  /** The remaining code can bring no other keys without a column: there is nothing to count. */
  readonly hasKnownKeys: boolean;
  /**
   * A null where a value is required can be found after the code has run: that makes one row a record, and counts nothing of
   * rows that are then taken back.
   */
  readonly failsLate: boolean;
  /** Nothing of the code is left: each record is one row of handed-on values. */
  readonly isProjection: boolean;
  /** Why nothing at all is handed on. */
  readonly barriers: readonly Barrier[];
}
