import { type ColumnBuilder, createBuilder } from '../../columns/builder.ts';
import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import type { Field, Schema } from '../../core/schema.ts';
import { InputValues } from '../rows/input-values.ts';
import { isTextKind } from '../text-keys.ts';
import { AppendCode } from './append-code.ts';
import type { FieldTarget, Target } from './append-parts.ts';
import type { Appender } from './appender.ts';
import { CopiedColumn, placesFor } from './copied-column.ts';
import { CopyFinder } from './copy-finder.ts';
import { createAppender } from './create-appender.ts';
import { Misfit } from './misfit.ts';
import { OutputRows } from './output-rows.ts';
import { StringAppender } from './string-appender.ts';
import { UndeclaredKeys } from './undeclared-keys.ts';

/** Puts the rows that user code returns into columns, checking every value. */
export interface RowAppender {
  /** Rows so far. */
  readonly length: number;
  /** Begins a batch: forgets the rows of the last one. */
  clear(): void;
  /**
   * Appends a row, or answers false and says in `misfit` why; the caller then truncates. Throws what getters throw.
   * `origin` is the input row it was made from.
   */
  append(row: object, origin?: number): boolean;
  /** Takes back the rows from `length` on, and whatever of an unfinished one was appended. */
  truncate(length: number): void;
  readonly misfit: Misfit;
  readonly undeclaredKeys: UndeclaredKeys;
  /** The rows as columns; valid until the next append, truncate or clear, and no longer than the input they pass on. */
  finish(): ColumnBatch;
  /** Input row of each row; valid as what `finish` answers. */
  origin(): Int32Array;
  /** Names of the fields that are columns of the input in the batch so far: nothing was copied for them. */
  passing(): string[];
}

export interface RowAppenderOptions {
  /**
   * Values of the rows that user code gets, of the reader that makes them: output columns that hold them all pass on the
   * input's. Belongs to one appender, which says what is to be kept.
   */
  readonly input?: InputValues;
  /** Whether keys of rows that are no fields are counted; they are unless said otherwise. */
  readonly undeclared?: 'count' | 'ignore';
}

/** An appender for the fields of an output schema; compiles code for it once. Its memory is kept from batch to batch. */
export function createRowAppender(
  { fields }: Pick<Schema, 'fields'>,
  { input = new InputValues(), undeclared = 'count' }: RowAppenderOptions = {},
): RowAppender {
  const misfit = new Misfit();
  const undeclaredKeys = new UndeclaredKeys();
  const rows = new OutputRows();
  const targets = fields.map((field) => ({ field, target: createTarget(field, { misfit, rows, input }) }));
  const code = new AppendCode({
    misfit,
    keys: undeclared === 'count' ? undeclaredKeys : undefined,
    input: input.values,
  });
  return new Rows({ misfit, undeclaredKeys, rows, targets, input, appendFields: code.compile(targets) });
}

function createTarget(
  field: Field,
  { misfit, rows, input }: { misfit: Misfit; rows: OutputRows; input: InputValues },
): Target {
  const target = ownTarget(field, misfit);
  return placesFor(field, input).length > 0 ? new CopiedColumn(field, target, { rows, input }) : target;
}

function ownTarget({ type }: Field, misfit: Misfit): ColumnBuilder | Appender {
  const builder = createBuilder(type);
  if (type.kind === 'string') return new StringAppender(builder as BytesBuilder, misfit);
  return isTextKind(type.kind) ? createAppender(builder, misfit) : builder;
}

interface RowsParts {
  readonly misfit: Misfit;
  readonly undeclaredKeys: UndeclaredKeys;
  readonly rows: OutputRows;
  readonly targets: readonly FieldTarget[];
  readonly input: InputValues;
  readonly appendFields: (row: object, same: boolean) => boolean;
}

class Rows implements RowAppender {
  readonly misfit: Misfit;
  readonly undeclaredKeys: UndeclaredKeys;
  private readonly rows: OutputRows;
  private readonly targets: readonly FieldTarget[];
  private readonly input: InputValues;
  private readonly appendFields: (row: object, same: boolean) => boolean;
  private readonly copied: readonly CopiedColumn[];
  private readonly finder: CopyFinder;

  constructor({ misfit, undeclaredKeys, rows, targets, input, appendFields }: RowsParts) {
    this.misfit = misfit;
    this.undeclaredKeys = undeclaredKeys;
    this.rows = rows;
    this.targets = targets;
    this.input = input;
    this.appendFields = appendFields;
    this.copied = targets.flatMap(({ target }) => (target instanceof CopiedColumn ? target : []));
    this.finder = new CopyFinder(this.copied, rows);
  }

  get length(): number {
    return this.rows.length;
  }

  clear(): void {
    this.rows.length = 0;
    this.finder.beginBatch();
    for (const { target } of this.targets) target.clear();
    if (!this.finder.isDone) return;
    this.input.keepOnly(new Set(this.copied.flatMap(({ keptPlace }) => keptPlace ?? [])));
  }

  append(row: object, origin = -1): boolean {
    const { rows } = this;
    const same = origin === this.input.row && origin >= 0;
    if (!this.appendFields(row, same)) return false;
    rows.add(origin);
    if (!this.finder.isDone && same) this.finder.observe(row);
    return true;
  }

  truncate(length: number): void {
    for (const { target } of this.targets) target.truncate(length);
    this.rows.length = length;
  }

  finish(): ColumnBatch {
    const { length } = this.rows;
    return {
      fields: this.targets.map(({ field }) => field),
      length,
      columns: this.targets.map(({ target }) => target.finish()),
    };
  }

  origin(): Int32Array {
    return this.rows.origin();
  }

  passing(): string[] {
    return this.copied.flatMap(({ field, passing }) => (passing ? field.name : []));
  }
}
