import type { ColumnBuilder } from '../../columns/builder.ts';
import type { Field } from '../../core/schema.ts';
import type { Appender } from './appender.ts';
import type { CopiedColumn } from './copied-column.ts';
import type { Misfit } from './misfit.ts';
import type { UndeclaredKeys } from './undeclared-keys.ts';

/** Where the values of a slot go: generated code fills builders itself, or asks who knows more. */
export type Target = ColumnBuilder | Appender | CopiedColumn;

/** A field of the output and where its values go. */
export interface FieldTarget {
  readonly field: Field;
  readonly target: Target;
}

/** What generated code works with besides the columns. */
export interface AppendParts {
  readonly misfit: Misfit;
  /** Undefined if undeclared keys are not to be counted. */
  readonly keys: UndeclaredKeys | undefined;
  /** Values of the input row, for `CopiedColumn`. */
  readonly input: readonly unknown[];
}

/** Where in a row the code is. */
export interface Place {
  /** Dotted path, for undeclared keys. */
  readonly path: string;
  /** What has to be called after a refusal to tell the path of the value: ` || misfit.inField("id")`. */
  readonly trail: string;
  /** Statement for a value that is undefined: it is not among the keys that are there. */
  readonly absent: string;
}
