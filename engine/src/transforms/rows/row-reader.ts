import type { ColumnBatch } from '../../columns/column.ts';
import type { Schema } from '../../core/schema.ts';
import type { InputTexts } from './input-texts.ts';
import { RowCode } from './row-code.ts';

/** Gives the rows of a batch as the plain objects that user code sees. */
export interface RowReader {
  /** The texts of the row that `at` made last, for whoever appends what user code makes of it. */
  readonly texts: InputTexts;
  /** Takes a batch whose columns are those of the schema, in its order. */
  bind(batch: ColumnBatch): void;
  /**
   * A new object for row `row` of the batch, with all fields in the order of the schema, null where they are null. A
   * json field is an accessor property that parses its text when first looked at and is a plain property from then on;
   * setting it, spreading and JSON.stringify do what they do with plain properties. Throws E_RECORD for an integer or
   * a timestamp that a number cannot hold exactly.
   */
  at(row: number): object;
}

export interface RowReaderOptions {
  /** Names of the top-level fields to build; the others are not even decoded. Without it all. */
  readonly only?: ReadonlySet<string>;
}

/** A reader for batches of a schema; compiles code for it once. */
export function createRowReader({ fields }: Schema, { only }: RowReaderOptions = {}): RowReader {
  const { texts, bind, at } = new RowCode().compile(fields, ({ name }) => only === undefined || only.has(name));
  return { texts, at, bind: ({ columns }) => bind(columns) };
}
