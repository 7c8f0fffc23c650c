import type { Field, Schema, Slot, Type } from '../../core/schema.ts';
import type { AccessPath } from '../recognise/shape.ts';

/** Where an access path ends in a schema. */
export interface Place {
  /** Positions of the fields on the way, to be followed down the columns. */
  readonly indexes: readonly number[];
  readonly type: Type;
  /** Whether the expression may be null or undefined. */
  readonly nullable: boolean;
  /** Whether the expression throws where a struct on the way is null. */
  readonly mayThrow: boolean;
  /** Names after it, which are no fields: the length of a string, the method of a list. */
  readonly beyond: readonly string[];
}

/**
 * Follows a path through the fields of a schema and of its structs; undefined if there is no such field, or if the code may throw
 * on the way: it goes through a struct that may be null, and not by `?.`.
 */
export function resolvePath(path: AccessPath, schema: Schema): Place | undefined {
  const place = locate(path, schema);
  return place?.mayThrow ? undefined : place;
}

/** As `resolvePath`, whether it may throw or not. */
export function locate(path: AccessPath, { fields }: Schema): Place | undefined {
  let within: readonly Field[] = fields;
  let slot: Slot | undefined;
  let mayBeNull = false; // the value reached, when the next step is taken
  let wasCut = false; // an `?.` may have left this chain
  let mayThrow = false;
  const indexes: number[] = [];
  for (const [at, step] of path.entries()) {
    if (slot !== undefined && slot.type.kind !== 'struct') {
      const beyond = path.slice(at).map(({ name }) => name);
      return { indexes, type: slot.type, nullable: mayBeNull || wasCut, mayThrow, beyond };
    }
    if (!step.chained) {
      mayBeNull ||= wasCut;
      wasCut = false;
    }
    mayThrow ||= mayBeNull && !step.optional;
    wasCut ||= mayBeNull;
    const index = within.findIndex(({ name }) => name === step.name);
    slot = within[index];
    if (slot === undefined) return undefined;
    indexes.push(index);
    mayBeNull = slot.optional;
    within = slot.type.kind === 'struct' ? slot.type.fields : [];
  }
  return slot && { indexes, type: slot.type, nullable: mayBeNull || wasCut, mayThrow, beyond: [] };
}
