/** What an option does, seen from outside. */
export interface OptionCase {
  /** Uses the option with a value, or leaves it out where that is undefined, and answers what can be seen of it. */
  observe(value: unknown): unknown;
  /** Values, and what is seen with each. No two written values look the same, and the default may look like one of them. */
  readonly seen: readonly Seen[];
  /** It changes something in the whole process, so no other case may run meanwhile. */
  readonly alone?: boolean;
}

type Seen<T = unknown> = readonly [value: T | undefined, looks: unknown];

/** Cases by the path of their key. */
export type OptionCases = Readonly<Record<string, OptionCase>>;

export function option<T>(observe: (value: T | undefined) => unknown, seen: readonly Seen<T>[]): OptionCase {
  return { observe: (value) => observe(value as T | undefined), seen };
}

/** The same cases, each run while no other is. */
export function alone(cases: OptionCases): OptionCases {
  return Object.fromEntries(Object.entries(cases).map(([path, known]) => [path, { ...known, alone: true }]));
}

/** `setting('batch.maxRows', 5)` is `{ batch: { maxRows: 5 } }`, and nothing for a value that is left out. */
export function setting(path: string, value: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  const names = path.split('.');
  return names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}
