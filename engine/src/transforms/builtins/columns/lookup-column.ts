import type { Column } from '../../../columns/column.ts';
import { ParquetryError } from '../../../core/errors.ts';
import type { Type } from '../../../core/schema.ts';
import type { Argument, ColumnCall } from '../column-call.ts';
import { lookup } from '../lookup.ts';
import { isOrdinary } from '../ordinary.ts';
import { ByValue } from './by-value.ts';

/** `lookup`, whose constant comes first: in a Map only, asked anew for each batch, for the user's code may have changed it. */
export class LookupColumn implements ColumnCall {
  readonly #byValue: ByValue;

  constructor(output: Type) {
    this.#byValue = new ByValue({ bind: bindLookup, changes: true }, output);
  }

  apply([table, key]: readonly Argument[], length: number): Column | undefined {
    try {
      return this.#byValue.apply([key!, table!], length);
    } catch (thrown) {
      // A key that is not exact as a number costs its record, which only the function's own path can name.
      if (thrown instanceof ParquetryError && thrown.code === 'E_RECORD') return undefined;
      throw thrown;
    }
  }
}

function bindLookup([table]: readonly unknown[]): ((key: unknown) => unknown) | undefined {
  return table instanceof Map && isOrdinary(table, Map) ? (key) => lookup(table, key) : undefined;
}
