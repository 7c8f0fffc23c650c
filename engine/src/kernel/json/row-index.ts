import type { RecordBatch } from '../../columns/record-batch.ts';

const INITIAL_ROWS = 1024;

/** Where each row came from, as growing arrays. */
export class RowIndex {
  length = 0;
  private delivery = new Int32Array(INITIAL_ROWS);
  private ordinal = new Int32Array(INITIAL_ROWS);
  private start = new Int32Array(INITIAL_ROWS);
  private end = new Int32Array(INITIAL_ROWS);

  /** A copy of what `views` showed. */
  static from(views: ReturnType<RowIndex['views']>): RowIndex {
    const index = new RowIndex();
    for (let row = 0; row < views.delivery.length; row++) {
      index.push(views.delivery[row]!, views.ordinal[row]!, views.start[row]!, views.end[row]!);
    }
    return index;
  }

  push(delivery: number, ordinal: number, start: number, end: number): void {
    if (this.length === this.delivery.length) this.grow();
    const row = this.length++;
    this.delivery[row] = delivery;
    this.ordinal[row] = ordinal;
    this.start[row] = start;
    this.end[row] = end;
  }

  /** Views of what was pushed, valid until the next push. */
  views(): Pick<RecordBatch, 'delivery' | 'ordinal' | 'start' | 'end'> {
    const { length } = this;
    return {
      delivery: this.delivery.subarray(0, length),
      ordinal: this.ordinal.subarray(0, length),
      start: this.start.subarray(0, length),
      end: this.end.subarray(0, length),
    };
  }

  private grow(): void {
    this.delivery = twice(this.delivery);
    this.ordinal = twice(this.ordinal);
    this.start = twice(this.start);
    this.end = twice(this.end);
  }
}

function twice(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
