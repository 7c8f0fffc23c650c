/** Records to measure with, and the user code over them. */
export interface Dataset {
  readonly name: string;
  /** The input schema, in the notation of schema files. */
  readonly fields: Readonly<Record<string, string>>;
  /** Records without end, one JSON text each; the same ones at every call. */
  records(): Iterable<string>;
  readonly userCode: UserCode;
}

/** Parts of a `transform.ts`. */
export interface UserCode {
  /** What `map` needs of the module `parquetry` beside `defineTransform` and `t`. */
  readonly imports: readonly string[];
  /** Code before the transform. */
  readonly setup?: string;
  /** The columns that come out, in the notation of schema files. */
  readonly output: Readonly<Record<string, string>>;
  /** An arrow function: record to row or drop. */
  readonly map: string;
}
