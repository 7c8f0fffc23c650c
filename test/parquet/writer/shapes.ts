import type { Value } from '../../../engine/src/columns/values.ts';
import type { Slot, Type } from '../../../engine/src/core/schema.ts';
import type { Random } from './random.ts';

/** Where nulls stand: at every level, or nowhere although they could (`none`), or could not (`required`). */
export type Nulls = 'required' | 'none' | 'some' | 'all';

/** How the leaves of a column are nested. */
export type Shape = 'leaf' | { readonly list: Shape } | { readonly struct: readonly Shape[] } | { readonly map: Shape };

export const shapes = {
  flat: 'leaf',
  struct: { struct: ['leaf', { struct: ['leaf'] }] },
  list: { list: 'leaf' },
  'list of list': { list: { list: 'leaf' } },
  'list of struct': { list: { struct: ['leaf', { list: 'leaf' }] } },
  'map of list': { map: { list: 'leaf' } },
  'struct of map': { struct: [{ map: 'leaf' }, 'leaf'] },
} as const satisfies Readonly<Record<string, Shape>>;
export type ShapeName = keyof typeof shapes;

/** The slot of a column of that shape: optional at every level, or at none. */
export function slotOf(shape: Shape, leaf: Type, nulls: Nulls): Slot {
  return { type: typeOf(shape, leaf, nulls), optional: nulls !== 'required' };
}

function typeOf(shape: Shape, leaf: Type, nulls: Nulls): Type {
  if (shape === 'leaf') return leaf;
  if ('list' in shape) return { kind: 'list', element: slotOf(shape.list, leaf, nulls) };
  if ('map' in shape) return { kind: 'map', key: { kind: 'string' }, value: slotOf(shape.map, leaf, nulls) };
  return {
    kind: 'struct',
    fields: shape.struct.map((member, i) => ({ name: `f${i}`, ...slotOf(member, leaf, nulls) })),
  };
}

/** A value of that shape. Lists and maps have 0 to 3 entries. */
export function valueIn(shape: Shape, nulls: Nulls, random: Random, leaf: () => Value): Value {
  if (isNull(shape, nulls, random)) return null;
  if (shape === 'leaf') return leaf();
  const inner = (of: Shape) => valueIn(of, nulls, random, leaf);
  if ('struct' in shape) return Object.fromEntries(shape.struct.map((member, i) => [`f${i}`, inner(member)]));
  const entries = Array.from({ length: random() % 4 }, (_, i) => i);
  if ('list' in shape) return entries.map(() => inner(shape.list));
  return Object.fromEntries(entries.map((i) => [`key ${i}`, inner(shape.map)]));
}

/** `all` leaves no leaf, but every way of not being there. */
function isNull(shape: Shape, nulls: Nulls, random: Random): boolean {
  if (nulls === 'some') return random() % 4 === 0;
  return nulls === 'all' && (shape === 'leaf' || random() % 2 === 0);
}
