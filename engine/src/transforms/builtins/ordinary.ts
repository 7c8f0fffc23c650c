/**
 * Whether an object is one of a class itself, without methods of its own: one of a subclass may answer another thing at every call,
 * so that it matters how often and for what it is called.
 */
export function isOrdinary(value: object, { prototype }: { readonly prototype: object }): boolean {
  const keys = Reflect.ownKeys(value).filter((key) => key !== 'lastIndex'); // which every RegExp has
  return Object.getPrototypeOf(value) === prototype && keys.length === 0;
}
