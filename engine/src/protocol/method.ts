/** A request: what it takes, what it answers, and what it shows of itself until then. */
export interface Method<Params, Result, Snapshot = never> {
  readonly params: Params;
  readonly result: Result;
  readonly snapshot: Snapshot;
}

/** Constraint for an interface of methods: `Methods extends MethodsOf<Methods>`. */
export type MethodsOf<Methods> = {
  // biome-ignore lint/suspicious/noExplicitAny: methods of any types
  readonly [Name in keyof Methods]: Method<any, any, any>;
};

export type NoMethods = Record<never, never>;
