const INITIAL_ROWS = 1024;

/** The rows of the batch that is made: which row of the input each came from. */
export class OutputRows {
  length = 0;
  private origins = new Int32Array(INITIAL_ROWS);
  private view: Int32Array = this.origins.subarray(0, 0);

  add(origin: number): void {
    if (this.length === this.origins.length) this.grow();
    this.origins[this.length++] = origin;
  }

  /**
   * Input row of each row. The same array for all columns that ask after the same rows: whoever writes them has to look at
   * it once.
   */
  origin(): Int32Array {
    if (this.view.length !== this.length || this.view.buffer !== this.origins.buffer) {
      this.view = this.origins.subarray(0, this.length);
    }
    return this.view;
  }

  private grow(): void {
    const grown = new Int32Array(this.origins.length * 2);
    grown.set(this.origins);
    this.origins = grown;
  }
}
