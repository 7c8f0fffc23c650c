import type { AnyNode, Function as FunctionNode, Program } from 'acorn';
import { columnBuiltins } from '../builtins/registry.ts';
import type { Aliases } from './aliases.ts';
import { collectNames, namesOf } from './names.ts';
import type { BuiltinCall, CallArgument } from './shape.ts';

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
  let constants: ReadonlySet<string> | undefined;
  const isConstant = (node: AnyNode): boolean => {
    if (node.type === 'Literal') return true;
    if (node.type === 'UnaryExpression') return node.operator === '-' && node.argument.type === 'Literal';
    if (node.type !== 'Identifier' || declared.has(node.name)) return false;
    constants ??= fixedNames(program);
    return constants.has(node.name);
  };
  const argumentOf = (node: AnyNode): CallArgument | undefined => {
    const access = aliases.access(node);
    if (access !== undefined && access.path.length > 0) return { path: access.path };
    return isConstant(node) ? { constant: code.slice(node.start, node.end) } : undefined;
  };
  return (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.optional) return undefined;
    const name = declared.has(node.callee.name) ? undefined : builtins.get(node.callee.name);
    const args = node.arguments.map(argumentOf).filter((argument) => argument !== undefined);
    return name !== undefined && args.length === node.arguments.length ? { name, args } : undefined;
  };
}

/** The built-ins of the API by the names they have in the code: esbuild may have put a number behind one. */
function apiBuiltins(program: Program, isApi: IsApi): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, start } of topNames(program)) {
    const own = columnBuiltins.has(name) ? name : name.replace(/\d+$/, '');
    if (columnBuiltins.has(own) && isApi(start)) found.set(name, own);
  }
  return found;
}

/** Names at the top of the code that are never set anew. */
function fixedNames(program: Program): ReadonlySet<string> {
  const { assigned } = collectNames(program);
  return new Set(topNames(program).flatMap(({ name }) => (assigned.has(name) ? [] : [name])));
}

function topNames({ body }: Program): { name: string; start: number }[] {
  return body.flatMap((statement) => {
    if (statement.type === 'FunctionDeclaration') return [{ name: statement.id.name, start: statement.id.start }];
    if (statement.type !== 'VariableDeclaration') return [];
    return statement.declarations.flatMap(({ id }) => namesOf(id).map((name) => ({ name, start: id.start })));
  });
}
