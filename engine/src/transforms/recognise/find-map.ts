import type { AnyNode, CallExpression, Function as FunctionNode, ObjectExpression, Program, Property } from 'acorn';
import { isDefinitionName } from './constants.ts';
import { collectNames } from './names.ts';
import { isArrow, isFunction, type Span, staticName, walk } from './tree.ts';

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
 * Finds the function that is given to `defineTransform` as `map`: inline, or by the name of a function of the same module. What
 * that returns must be the default export itself, for a function in between may put another `map` in its place. Only what lies
 * at the top of the code is found, outside of functions and blocks: a copy of it means the same there.
 */
export function findMap(program: Program): FoundMap | undefined {
  const [definition, ...others] = findDefinitions(program);
  const isOnly = definition !== undefined && others.length === 0 && isDefaultExport(program, definition);
  const map = isOnly ? memberOf(definition.arguments[0] as ObjectExpression, 'map') : undefined;
  if (map === undefined || map.kind !== 'init' || map.computed) return undefined;
  const fn: AnyNode | undefined = map.value.type === 'Identifier' ? findFunction(program, map.value.name) : map.value;
  if (fn === undefined || !isFunction(fn)) return undefined;
  const name = fn.id?.name ?? (map.value.type === 'Identifier' ? map.value.name : 'map');
  return { fn, span: map.method ? map : fn, isMethod: map.method, name };
}

function findDefinitions(program: Program): CallExpression[] {
  const found: CallExpression[] = [];
  walk(program, (node) => {
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier') {
      const [argument] = node.arguments;
      const isDefinition = isDefinitionName(node.callee.name) && argument?.type === 'ObjectExpression';
      if (isDefinition && memberOf(argument, 'map')) found.push(node);
    }
    return node === program || !(isFunction(node) || /^Class|Statement$/.test(node.type)) || isTop(node);
  });
  return found;
}

/** Whether a call's value is what esbuild exports as `default: () => name`; the name may have its value by way of others. */
function isDefaultExport(program: Program, call: CallExpression): boolean {
  return program.body.some((statement) => {
    if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'CallExpression') return false;
    const exported = statement.expression.arguments.find((argument) => argument.type === 'ObjectExpression');
    const getter = exported && memberOf(exported, 'default')?.value;
    return getter !== undefined && isArrow(getter) && originOf(getter.body, program) === call;
  });
}

/** The expression that a value comes from, through names at the top of the code that are never set anew. */
function originOf(value: AnyNode, program: Program): AnyNode {
  const { assigned } = collectNames(program);
  const followed = new Set<string>();
  let origin = value;
  while (origin.type === 'Identifier' && !assigned.has(origin.name) && !followed.has(origin.name)) {
    followed.add(origin.name);
    origin = findInit(program, origin.name) ?? origin;
  }
  return origin;
}

/** What a variable at the top of the code is given where it is declared. */
function findInit({ body }: Program, name: string): AnyNode | undefined {
  for (const statement of body) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declarations)
      if (id.type === 'Identifier' && id.name === name && init) return init;
  }
  return undefined;
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
  if (collectNames(program).assigned.has(name)) return undefined;
  const declared = program.body.find((one) => one.type === 'FunctionDeclaration' && one.id.name === name);
  return declared ?? findInit(program, name);
}
