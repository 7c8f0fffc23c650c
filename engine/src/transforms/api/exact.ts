/** A map of whatever keys and values. */
type AnyMap = { readonly size: number; get(key: never): unknown; has(key: never): boolean };
type Leaf = null | undefined | number | string | boolean | bigint | Uint8Array | AnyMap;
type ItemOf<Wanted> = Wanted extends readonly (infer Item)[] ? Item : never;
type ObjectIn<Wanted> = Exclude<Wanted, Leaf | readonly unknown[]>;

/**
 * `Wanted`, but refusing every key that `Given` has and `Wanted` does not, so that a misspelt key does not compile.
 * TypeScript itself looks for such keys only in fresh object literals, and not in what a function returns. Goes into
 * structs and lists; leaves json and maps alone, where any key is right, and types with an index signature, whose
 * keys are not known.
 */
export type Exact<Given, Wanted> = unknown extends Wanted
  ? Given
  : Given extends Leaf
    ? Wanted
    : Given extends readonly (infer Item)[]
      ? readonly Exact<Item, ItemOf<Wanted>>[]
      : string extends keyof ObjectIn<Wanted>
        ? Wanted
        : Wanted & ExactKeys<Given, ObjectIn<Wanted>>;

type ExactKeys<Given, Wanted> = {
  [Key in keyof Given as string extends Key ? never : number extends Key ? never : Key]: Key extends keyof Wanted
    ? Exact<Given[Key], Wanted[Key]>
    : Refused<Given[Key]>;
};

/** Not assignable from `Value`, in words the compiler will print; nothing but never keeps an `any` out. */
type Refused<Value> = 0 extends 1 & Value ? never : 'is not a field of the output';
