import type { AnyNode, Program, VariableDeclarator } from 'acorn';
import { collectNames, declaredBy, namesOf } from './names.ts';
import { isName } from './targets.ts';
import { isFunction, parentsIn, staticName, walk } from './tree.ts';

/** Methods of a Map that change it, and answer the Map itself or a boolean. */
const FILLING: ReadonlySet<string> = new Set(['set', 'delete', 'clear']);
/** Members of a Map that neither change it nor give it away. */
const READING: ReadonlySet<string> = new Set(['get', 'has', 'size']);

/** What the code says of the names at its top. Reads the whole code at the first question. */
export class Constants {
  private readonly program: Program;
  private readonly isBuiltin: (name: string) => boolean;
  private readonly steady = new Map<string, boolean>();
  private fixed: ReadonlySet<string> | undefined;
  private parents: ReadonlyMap<AnyNode, AnyNode> | undefined;

  /** `isBuiltin` tells the names of the API's functions, which change nothing that they are given. */
  constructor(program: Program, isBuiltin: (name: string) => boolean) {
    this.program = program;
    this.isBuiltin = isBuiltin;
  }

  /** Whether a name is never set anew. Its value, if it is an object, may still be changed. */
  isFixed(name: string): boolean {
    this.fixed ??= fixedNames(this.program);
    return this.fixed.has(name);
  }

  /**
   * Whether a name is that of a Map or a RegExp which no code changes from the first record on: it is made where it is
   * declared, and mentioned only where it is filled before (at the top of the code, or in `setup`) or read.
   */
  isSteady(name: string): boolean {
    const known = this.steady.get(name) ?? (this.isFixed(name) && this.mentionsAreHarmless(name));
    this.steady.set(name, known);
    return known;
  }

  private mentionsAreHarmless(name: string): boolean {
    this.parents ??= parentsIn(this.program);
    const { parents } = this;
    let declarations = 0;
    let isHarmless = true;
    walk(this.program, (node) => {
      if (node.type !== 'Identifier' || !(node.name === name || node.name === 'eval')) return isHarmless;
      const parent = parents.get(node)!;
      const isDeclaration = parent.type === 'VariableDeclarator' && parent.id === node;
      if ((isName(node, parents) && !isDeclaration) || this.isShadowed(node, name)) return true;
      if (isDeclaration) declarations++;
      const isKnown = isDeclaration ? makesObject(parent) : this.isRead(node, parent) || this.isFilledAhead(node);
      isHarmless &&= isKnown && node.name === name; // eval may mention anything
      return true;
    });
    return isHarmless && declarations === 1;
  }

  private isRead(node: AnyNode, parent: AnyNode): boolean {
    if (parent.type === 'MemberExpression')
      return parent.object === node && READING.has(staticName(parent.property, parent.computed) ?? '');
    if (parent.type !== 'CallExpression' || parent.callee.type !== 'Identifier') return false;
    const { callee } = parent;
    return callee !== node && this.isBuiltin(callee.name) && !this.isShadowed(callee, callee.name);
  }

  /** Whether a mention is the beginning of `table.set(a, b).set(c, d);`, in code that runs once before all records. */
  private isFilledAhead(node: AnyNode): boolean {
    const parent = this.parents!.get(node)!;
    const isDropped = parent.type === 'ExpressionStatement' || isLoop(parent, this.parents!);
    if (isDropped) return this.runsAhead(parent);
    const isCall = parent.type === 'CallExpression' && parent.callee === node;
    const isMember = parent.type === 'MemberExpression' && parent.object === node;
    const fills = isMember && FILLING.has(staticName(parent.property, parent.computed) ?? '');
    return (isCall || fills) && this.isFilledAhead(parent);
  }

  private runsAhead(node: AnyNode): boolean {
    const { parents } = this;
    for (let at: AnyNode | undefined = node; at !== undefined; at = parents!.get(at)) {
      if (at.type.startsWith('Class')) return false;
      if (isFunction(at) && !isLoop(at, parents!)) return isSetup(at, parents!);
    }
    return true;
  }

  /** Whether a name means a declaration further in than the top of the code. */
  private isShadowed(node: AnyNode, name: string): boolean {
    for (let at = this.parents!.get(node); at !== undefined; at = this.parents!.get(at)) {
      if (declaredIn(at, this.parents!.get(at)).includes(name)) return true;
    }
    return false;
  }
}

/** Names at the top of the code that are never set anew. */
function fixedNames(program: Program): ReadonlySet<string> {
  const { assigned } = collectNames(program);
  return new Set(program.body.flatMap(declaredBy).flatMap(({ name }) => (assigned.has(name) ? [] : [name])));
}

/** Names that a scope brings in, as far as one look at it tells: those of a `var` deep inside of a function are missed. */
function declaredIn(scope: AnyNode, parent: AnyNode | undefined): string[] {
  if ('params' in scope) return scope.params.flatMap(namesOf);
  if (scope.type !== 'BlockStatement') return [];
  const isBody = parent !== undefined && isFunction(parent);
  const own = scope.body.filter((statement) => isBody || !('kind' in statement && statement.kind === 'var'));
  return own.flatMap(declaredBy).map(({ name }) => name);
}

/** `new Map(…)`, `new RegExp(…)` or `/…/`: nothing else has hold of it. */
function makesObject({ init }: VariableDeclarator): boolean {
  if (init?.type === 'Literal') return 'regex' in init;
  return init?.type === 'NewExpression' && init.callee.type === 'Identifier' && /^(Map|RegExp)$/.test(init.callee.name);
}

/** A function in `rows.forEach((row) => …)`: part of the code around it, and what it returns is lost. */
function isLoop(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const parent = parents.get(node);
  if (!isFunction(node) || parent?.type !== 'CallExpression' || parent.callee.type !== 'MemberExpression') return false;
  return parent.arguments[0] === node && staticName(parent.callee.property, parent.callee.computed) === 'forEach';
}

/** The function `setup` of the transform, which is called once. */
function isSetup(fn: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const property = parents.get(fn);
  if (property?.type !== 'Property' || staticName(property.key, property.computed) !== 'setup') return false;
  const call = parents.get(parents.get(property)!);
  return call?.type === 'CallExpression' && call.callee.type === 'Identifier' && isDefinitionName(call.callee.name);
}

/** `defineTransform` of the API: esbuild may have put a number behind it. */
export function isDefinitionName(name: string): boolean {
  return /^defineTransform\d*$/.test(name);
}
