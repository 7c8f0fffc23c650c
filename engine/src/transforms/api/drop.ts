/** Registered, so that the copy of this file in the user's bundle and the engine's own mean the same symbol. */
const DROP: unique symbol = Symbol.for('parquetry.drop');

/** A record that is left out on purpose; counted by reason. */
export interface Drop {
  readonly [DROP]: string;
}

/** Leaves the record out when returned from `map`. Reasons are counted: use few, and no data in them. */
export function drop(reason: string): Drop {
  return { [DROP]: String(reason) };
}

/** The reason if `result` was made by `drop`. For the engine. */
export function dropReason(result: object): string | undefined {
  return (result as Partial<Drop>)[DROP];
}
