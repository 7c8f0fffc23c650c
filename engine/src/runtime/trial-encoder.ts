import type { ColumnBatch } from '../columns/column.ts';
import type { Encoder } from '../columns/encoder.ts';
import { selectRows, sliceRows } from '../columns/select.ts';
import type { TransformResult } from '../columns/transform.ts';
import { asParquetryError } from '../core/errors.ts';

export interface TrialVerdict {
  /** The result without the rows of refused records. */
  readonly result: TransformResult;
  /** Input rows whose record is refused, once each. */
  readonly refused: readonly { readonly row: number; readonly message: string }[];
}

/**
 * For encoders that say they may refuse rows (`mayRefuse`): each chunk is encoded on trial before any of its rows is placed, so
 * that one unencodable row costs its record and nothing else. A refusal is bisected down to the record. `sift` throws only if the
 * encoder breaks: a trap in WebAssembly.
 */
export class TrialEncoder {
  readonly #encoder: Encoder;
  readonly #project: (batch: ColumnBatch) => ColumnBatch;

  /** `project` gives the columns that this encoder gets to see. */
  constructor(encoder: Encoder, project: (batch: ColumnBatch) => ColumnBatch) {
    this.#encoder = encoder;
    this.#project = project;
  }

  sift(result: TransformResult): TrialVerdict {
    const refused = new Map<number, string>();
    this.#try(result, 0, result.output.length, refused);
    if (refused.size === 0) return { result, refused: [] };
    const kept = Int32Array.from(rowsWithout(result.origin, refused));
    return {
      result: { ...result, output: selectRows(result.output, kept), origin: kept.map((row) => result.origin[row]!) },
      refused: Array.from(refused, ([row, message]) => ({ row, message })),
    };
  }

  #try(result: TransformResult, start: number, end: number, refused: Map<number, string>): void {
    if (start === end) return;
    try {
      this.#encoder.encode(this.#project(sliceRows(result.output, start, end)));
    } catch (thrown) {
      if (isTrap(thrown)) throw thrown;
      if (end - start === 1) {
        refused.set(result.origin[start]!, asParquetryError(thrown).message);
        return;
      }
      const middle = (start + end) >> 1;
      this.#try(result, start, middle, refused);
      this.#try(result, middle, end, refused);
    }
  }
}

/** The encoder did not refuse a row: it broke, and cannot be asked again. */
function isTrap(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name === 'RuntimeError' || isTrap(thrown.cause);
}

function* rowsWithout(origin: Int32Array, refused: ReadonlyMap<number, string>): Generator<number> {
  for (let row = 0; row < origin.length; row++) if (!refused.has(origin[row]!)) yield row;
}
