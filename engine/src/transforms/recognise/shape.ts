import type { Span } from './tree.ts';

/** One step from the record towards a value. */
export interface Step {
  readonly name: string;
  /** By `?.`: from null it leads to undefined, together with all chained steps after it; any other step throws. */
  readonly optional: boolean;
  /** Part of the same expression as the step before: `a.b`, not `const x = r.a` and then `x.b`. */
  readonly chained: boolean;
}

/** From the record to one of its values; empty for the record itself. */
export type AccessPath = readonly Step[];

/** A member of a returned object literal. */
export type ResultMember =
  | {
      readonly kind: 'property';
      readonly name: string;
      readonly span: Span;
      /** The value is a copy of this one of the record. */
      readonly path?: AccessPath;
      /** The value is what a built-in makes of such. */
      readonly call?: BuiltinCall;
    }
  /** `...record`, or `...rest` of it, which lacks some fields. */
  | { readonly kind: 'fields'; readonly without: ReadonlySet<string>; readonly span?: Span; readonly alias: Alias }
  /** A spread of something else: it may bring any key. */
  | { readonly kind: 'unknown'; readonly span: Span };

/** A call of a built-in of the API whose arguments are known without running the code. */
export interface BuiltinCall {
  readonly name: string;
  readonly args: readonly CallArgument[];
}

/** A value of the record, or an expression that has the same value for all records. */
export type CallArgument = { readonly path: AccessPath } | { readonly constant: string };

/** An object literal that `map` returns as a row. */
export interface ResultLiteral {
  readonly span: Span;
  readonly members: readonly ResultMember[];
  /** One of the elements of an array. */
  readonly inArray: boolean;
}

/** A place at which the code looks at a value of the record. */
export interface Use {
  readonly path: AccessPath;
  readonly span: Span;
  /** `result`: the value of a property of a row. `value`: anything else. */
  readonly kind: 'result' | 'value';
  /**
   * What may be done to an object there: nothing, because it is only compared; nothing to itself but something to its
   * elements; anything.
   */
  readonly touches: 'nothing' | 'elements' | 'anything';
  /** The local name by which it was reached, where that is not the record's own. */
  readonly alias?: Alias;
}

/** A local constant that holds a value of the record, or the rest of its fields. */
export interface Alias {
  readonly name: string;
  readonly path: AccessPath;
  /** For `...rest`: the fields it lacks. */
  readonly without?: ReadonlySet<string>;
  /** Where the name is known: the block, from its declaration on. */
  readonly scope: Span;
  /** How the code is to be changed if nothing uses the name any more. */
  readonly removal?: Removal;
  /** The alias whose value it was taken from. */
  readonly from?: Alias;
}

/** Replacing a text by a shorter one, padded to its length. */
export interface Removal extends Span {
  readonly text: string;
}

/** Something in the code for which nothing can be handed on. */
export interface Barrier {
  readonly message: string;
  readonly hint: string;
  /** Offset in the compiled code. */
  readonly at: number;
}

/** What `map` does with its record, as far as its code says so. Knows neither the input nor the output. */
export interface MapShape {
  readonly span: Span;
  /** A method's text is an expression only inside of an object. */
  readonly isMethod: boolean;
  /** The function's own name, or that of what it was given to. */
  readonly name: string;
  readonly results: readonly ResultLiteral[];
  readonly uses: readonly Use[];
  readonly aliases: readonly Alias[];
  readonly barriers: readonly Barrier[];
  /** The record as a whole is seen by code that may read any field of it. */
  readonly readsAll: boolean;
  /** Nothing happens but that values are named and one literal is returned. */
  readonly isPlain: boolean;
}
