/** The texts of one list of the input, out of reach of user code, which may do to its array what it likes. */
export class TextList {
  /** From `length` on they are those of longer lists before. */
  readonly texts: (string | null)[] = [];
  /** -1 for null. */
  length = -1;

  /** Whether an output value is this list, element by element, where undefined counts as null. */
  equals(value: unknown): boolean {
    if (!Array.isArray(value)) return this.length < 0 && (value ?? null) === null;
    if (value.length !== this.length) return false;
    for (let i = 0; i < this.length; i++) {
      if (value[i] !== this.texts[i] && (value[i] ?? null) !== this.texts[i]) return false;
    }
    return true;
  }
}
