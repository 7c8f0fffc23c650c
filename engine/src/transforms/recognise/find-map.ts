import type { AnyNode, Function as FunctionNode, ObjectExpression, Program, Property } from 'acorn';
import { isFunction, type Span, staticName, walk } from './tree.ts';

/** The `map` of a transform in its compiled module. */
export interface FoundMap {
  readonly fn: FunctionNode & AnyNode;
  /** The text of the function as `toString` gives it; a method's starts with its name. */
  readonly span: Span;
  readonly isMethod: boolean;
  /** The function's name, as stacks show it. */
  readonly name: string;
}

/**
 * Finds the function that is given to `defineTransform` as `map`: inline, or by the name of a function of the same module.
 * Only what lies at the top of the code is found, outside of functions and blocks: a copy of it means the same there.
 */
export function findMap(program: Program): FoundMap | undefined {
  const [definition, ...others] = findDefinitions(program);
  const map = others.length === 0 && definition ? memberOf(definition, 'map') : undefined;
  if (map === undefined || map.kind !== 'init' || map.computed) return undefined;
  const fn: AnyNode | undefined = map.value.type === 'Identifier' ? findFunction(program, map.value.name) : map.value;
  if (fn === undefined || !isFunction(fn)) return undefined;
  const name = fn.id?.name ?? (map.value.type === 'Identifier' ? map.value.name : 'map');
  return { fn, span: map.method ? map : fn, isMethod: map.method, name };
}

function findDefinitions(program: Program): ObjectExpression[] {
  const found: ObjectExpression[] = [];
  walk(program, (node) => {
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier') {
      const [argument] = node.arguments;
      const isDefinition = /^defineTransform\d*$/.test(node.callee.name) && argument?.type === 'ObjectExpression';
      if (isDefinition && memberOf(argument, 'map')) found.push(argument);
    }
    return node === program || !(isFunction(node) || /^Class|Statement$/.test(node.type)) || isTop(node);
  });
  return found;
}

function isTop({ type }: AnyNode): boolean {
  return type === 'ExpressionStatement';
}

function memberOf({ properties }: ObjectExpression, name: string): Property | undefined {
  const named = properties.filter((property): property is Property => {
    return property.type === 'Property' && staticName(property.key, property.computed) === name;
  });
  return named.at(-1);
}

function findFunction(program: Program, name: string): AnyNode | undefined {
  for (const statement of program.body) {
    if (statement.type === 'FunctionDeclaration' && statement.id.name === name) return statement;
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declarations)
      if (id.type === 'Identifier' && id.name === name && init) return init;
  }
  return undefined;
}
