import type { AnyNode, Function as FunctionNode, Program } from 'acorn';
import { columnBuiltins } from '../builtins/registry.ts';
import type { Aliases } from './aliases.ts';
import { Constants } from './constants.ts';
import { collectNames, declaredBy } from './names.ts';
import type { BuiltinCall, CallArgument } from './shape.ts';

/** Built-ins that look into an object they are given as a constant, which may change. */
const LOOKING_INSIDE: ReadonlySet<string> = new Set(['lookup', 'matches']);

/** Whether what stands at an offset of the compiled code came from the engine's API. */
export type IsApi = (offset: number) => boolean;

interface CallFinderParts {
  readonly program: Program;
  readonly fn: FunctionNode & AnyNode;
  readonly aliases: Aliases;
  readonly code: string;
  readonly isApi: IsApi;
}

/** Answers what built-in an expression calls, on values of the record and constants; undefined for any other expression. */
export function createCallFinder(parts: CallFinderParts): (node: AnyNode) => BuiltinCall | undefined {
  const { program, fn, aliases, code, isApi } = parts;
  const { declared } = collectNames(fn);
  const builtins = apiBuiltins(program, isApi);
  const constants = new Constants(program, (name) => builtins.has(name));
  const isConstant = (node: AnyNode, builtin: string): boolean => {
    if (node.type === 'Literal') return true;
    if (node.type === 'UnaryExpression') return node.operator === '-' && node.argument.type === 'Literal';
    if (node.type !== 'Identifier' || declared.has(node.name)) return false;
    return LOOKING_INSIDE.has(builtin) ? constants.isSteady(node.name) : constants.isFixed(node.name);
  };
  const argumentOf = (node: AnyNode, builtin: string): CallArgument | undefined => {
    const access = aliases.access(node);
    if (access !== undefined && access.path.length > 0) return { path: access.path };
    return isConstant(node, builtin) ? { constant: code.slice(node.start, node.end) } : undefined;
  };
  return (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.optional) return undefined;
    const name = declared.has(node.callee.name) ? undefined : builtins.get(node.callee.name);
    if (name === undefined) return undefined;
    const args = node.arguments.map((each) => argumentOf(each, name)).filter((argument) => argument !== undefined);
    return args.length === node.arguments.length ? { name, args } : undefined;
  };
}

/** The built-ins of the API by the names they have in the code: esbuild may have put a number behind one. */
function apiBuiltins(program: Program, isApi: IsApi): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, start } of program.body.flatMap(declaredBy)) {
    const own = columnBuiltins.has(name) ? name : name.replace(/\d+$/, '');
    if (columnBuiltins.has(own) && isApi(start)) found.set(name, own);
  }
  return found;
}
