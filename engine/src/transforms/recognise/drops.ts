import type { AnyNode, Function as FunctionNode, Program } from 'acorn';
import { collectNames, namesOf } from './names.ts';
import { staticName } from './tree.ts';

/** The key by which the engine knows a dropped record: see `drop` of the API. */
const MARK = 'parquetry.drop';

/**
 * A test for expressions that make a drop: calls of the API's own `drop`, which is part of the compiled code, or of that in
 * the context.
 */
export function createDropTest(program: Program, fn: FunctionNode & AnyNode): (node: AnyNode) => boolean {
  const { ambiguous, assigned } = collectNames(fn);
  const fixed = (name: string) => !ambiguous.has(name) && !assigned.has(name);
  const [, context] = fn.params;
  const ctx = context?.type === 'Identifier' && fixed(context.name) ? context.name : undefined;
  const own = new Set([...(context ? dropsOf(context) : [])].filter(fixed));
  const taken = new Set(fn.params.flatMap(namesOf));
  const imported = new Set([...apiDrops(program)].filter((name) => !taken.has(name) && !isDeclaredIn(fn, name)));
  return (node) => {
    if (node.type !== 'CallExpression') return false;
    const { callee } = node;
    if (callee.type === 'Identifier') return own.has(callee.name) || imported.has(callee.name);
    if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
    return callee.object.name === ctx && staticName(callee.property, callee.computed) === 'drop';
  };
}

/** Names that a destructured context gives to its `drop`. */
function dropsOf(context: AnyNode): string[] {
  if (context.type !== 'ObjectPattern') return [];
  return context.properties.flatMap((property) => {
    const isDrop = property.type === 'Property' && staticName(property.key, property.computed) === 'drop';
    return isDrop && property.value.type === 'Identifier' ? [property.value.name] : [];
  });
}

/** Functions `(reason) => ({ [Symbol.for('parquetry.drop')]: … })` at the top of the code, by what they do. */
function apiDrops(program: Program): ReadonlySet<string> {
  const marks = new Set<string>();
  const drops = new Set<string>();
  for (const statement of program.body) {
    if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations) {
        if (id.type === 'Identifier' && init && isMark(init)) marks.add(id.name);
      }
    }
    if (statement.type !== 'FunctionDeclaration') continue;
    const [only, ...more] = statement.body.body;
    const made = only?.type === 'ReturnStatement' && more.length === 0 ? only.argument : undefined;
    const [key, ...others] = made?.type === 'ObjectExpression' ? made.properties : [];
    const marked = key?.type === 'Property' && key.computed && key.key.type === 'Identifier' ? key.key.name : undefined;
    if (marked !== undefined && marks.has(marked) && others.length === 0) drops.add(statement.id.name);
  }
  return drops;
}

function isMark(node: AnyNode): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const [argument] = node.arguments;
  const isFor = staticName(node.callee.property, node.callee.computed) === 'for';
  return isFor && argument?.type === 'Literal' && argument.value === MARK;
}

function isDeclaredIn(fn: FunctionNode & AnyNode, name: string): boolean {
  return collectNames(fn).declared.has(name);
}
