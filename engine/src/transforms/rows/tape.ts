/**
 * The values of one list, struct or map of the input, depth first, out of reach of user code, which may do to its objects what
 * it likes. A struct is its presence (1) and then its fields, a list its length and then its elements, a map its size and then
 * its entries, key before value; null stands for itself.
 */
export class Tape {
  /** From `length` on they are those of longer records before. */
  readonly values: unknown[] = [];
  length = 0;
}
