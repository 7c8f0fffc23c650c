import type { AnyNode, MemberExpression } from 'acorn';
import { isTarget } from './targets.ts';
import { isArrow, staticName } from './tree.ts';

/** Methods of arrays that leave the array alone, and hand it to nobody. */
const READING = new Set(['at', 'includes', 'indexOf', 'join', 'lastIndexOf', 'slice']);

/** Methods that leave it alone if the function they call does, with the position at which that gets the array. */
const CALLING = new Map<string, number>([
  ...['every', 'filter', 'find', 'findIndex', 'findLast', 'flatMap', 'forEach', 'map', 'some'].map(
    (name) => [name, 2] as const,
  ),
  ['reduce', 3],
]);

/**
 * Whether what is done with a member of an array cannot change the array: `.length`, an element that is read, or a method
 * that only reads. Holds for arrays of values; an element that is an object may be changed all the same.
 */
export function isHarmlessMember(member: MemberExpression, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const parent = parents.get(member)!;
  const isCalled = parent.type === 'CallExpression' && parent.callee === member;
  if (!isCalled) return !isTarget(member, parents) && parent.type !== 'TaggedTemplateExpression';
  const name = staticName(member.property, member.computed);
  if (name === undefined) return false;
  if (READING.has(name)) return true;
  const arrayAt = CALLING.get(name);
  const [callback] = parent.arguments;
  if (arrayAt === undefined || callback === undefined || !isArrow(callback)) return false;
  return callback.params.length <= arrayAt && callback.params.every(({ type }) => type !== 'RestElement');
}
