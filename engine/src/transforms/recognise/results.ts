import type { AnyNode, BlockStatement, Expression, Function as FunctionNode, ObjectExpression, Program } from 'acorn';
import type { Aliases } from './aliases.ts';
import { createCallFinder, type IsApi } from './builtin-calls.ts';
import { createDropTest } from './drops.ts';
import { collectNames } from './names.ts';
import type { Barrier, BuiltinCall, ResultLiteral, ResultMember } from './shape.ts';
import { isFunction, isInside, type Span, staticName, walk } from './tree.ts';
import type { ResultNodes } from './uses.ts';

export interface Results extends ResultNodes {
  readonly barriers: readonly Barrier[];
  readonly drops: boolean;
}

interface ResultsOf {
  readonly program: Program;
  readonly fn: FunctionNode & AnyNode;
  readonly aliases: Aliases;
  readonly code: string;
  readonly isApi: IsApi;
}

/** The comma behind a member, with what may stand before it. */
const COMMA = /(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*,/y;

const LITERALS = 'Return an object literal, an array of such, or drop(reason): return { a: r.a }.';

/** Finds the rows a function returns, as far as they are written as object literals. */
export function findResults(parts: ResultsOf): Results {
  const finder = new ResultFinder(parts);
  const { body } = parts.fn;
  if (body.type !== 'BlockStatement') finder.visit(body, false);
  else {
    walk(body, (node) => {
      if (node.type === 'ReturnStatement' && node.argument) finder.visit(node.argument, false);
      return !isFunction(node) && !node.type.startsWith('Class');
    });
  }
  return finder;
}

class ResultFinder implements Results {
  readonly literals: ResultLiteral[] = [];
  readonly barriers: Barrier[] = [];
  readonly values = new Set<AnyNode>();
  readonly records = new Set<AnyNode>();
  drops = false;
  private readonly aliases: Aliases;
  private readonly code: string;
  private readonly callOf: (node: AnyNode) => BuiltinCall | undefined;
  private readonly isDrop: (node: AnyNode) => boolean;
  private readonly rows: ReadonlyMap<string, LocalRow>;

  constructor(parts: ResultsOf) {
    const { program, fn, aliases, code } = parts;
    this.aliases = aliases;
    this.code = code;
    this.callOf = createCallFinder(parts);
    this.isDrop = createDropTest(program, fn);
    this.rows = localRows(fn);
  }

  /** Takes in an expression whose value `map` returns. */
  visit(node: Expression, inArray: boolean): void {
    const access = this.aliases.access(node);
    if (access?.path.length === 0) {
      this.records.add(node);
      const member: ResultMember = { kind: 'fields', without: access.alias.without ?? new Set(), alias: access.alias };
      this.literals.push({ span: spanOf(node), members: [member], inArray });
      return;
    }
    const row = node.type === 'Identifier' ? this.rows.get(node.name) : undefined;
    if (row !== undefined && isInside(node, row.scope)) this.addLiteral(row.literal, inArray);
    else if (node.type === 'ConditionalExpression') {
      this.visit(node.consequent, inArray);
      this.visit(node.alternate, inArray);
    } else if (node.type === 'ObjectExpression') this.addLiteral(node, inArray);
    else if (node.type === 'ArrayExpression' && !inArray) this.visitElements(node.elements, node);
    else if (this.isDrop(node)) this.drops = true;
    else if (!isNothing(node)) this.block('map returns what is no object literal', node);
  }

  private visitElements(elements: readonly (AnyNode | null)[], array: AnyNode): void {
    if (elements.length === 0) this.drops = true;
    for (const element of elements) {
      if (element === null || element.type === 'SpreadElement')
        this.block('map returns an array of unknown rows', array);
      else this.visit(element as Expression, true);
    }
  }

  private addLiteral(node: ObjectExpression, inArray: boolean): void {
    const span = spanOf(node);
    if (this.literals.some((known) => known.span.start === span.start)) return; // returned in several places
    const members = node.properties.flatMap((property) => this.memberOf(property) ?? []);
    if (members.length === node.properties.length) this.literals.push({ span, members, inArray });
    else this.block('a returned object has a computed key, or sets its prototype', node);
  }

  private memberOf(property: ObjectExpression['properties'][number]): ResultMember | undefined {
    const span = this.withComma(property);
    if (property.type === 'SpreadElement') {
      const access = this.aliases.access(property.argument);
      if (access === undefined || access.path.length > 0) return { kind: 'unknown', span };
      this.records.add(property.argument);
      return { kind: 'fields', without: access.alias.without ?? new Set(), span, alias: access.alias };
    }
    const name = staticName(property.key, property.computed);
    if (name === undefined || (name === '__proto__' && !property.computed)) return undefined;
    const access = property.kind === 'init' ? this.aliases.access(property.value) : undefined;
    const call = property.kind === 'init' ? this.callOf(property.value) : undefined;
    if (access === undefined || access.path.length === 0) return { kind: 'property', name, span, call };
    this.values.add(property.value);
    return { kind: 'property', name, span, path: access.path };
  }

  /** A member's text, with the comma after it where there is one. */
  private withComma({ start, end }: Span): Span {
    COMMA.lastIndex = end;
    return { start, end: COMMA.test(this.code) ? COMMA.lastIndex : end };
  }

  private block(message: string, { start }: AnyNode): void {
    this.barriers.push({ message, hint: LITERALS, at: start });
  }
}

/** A constant that holds a literal, and where its name is known. */
interface LocalRow {
  readonly literal: ObjectExpression;
  readonly scope: Span;
}

/** Constants that are made in order to be returned and used for nothing else: `const row = { … }; return row`. */
function localRows(fn: FunctionNode & AnyNode): ReadonlyMap<string, LocalRow> {
  const { ambiguous, assigned } = collectNames(fn);
  const rows = new Map<string, LocalRow>();
  const returned = new Map<string, number>();
  walk(fn.body, (node) => {
    if (node.type === 'ReturnStatement' && node.argument?.type === 'Identifier') count(returned, node.argument.name);
    if (node.type === 'BlockStatement') {
      for (const [name, literal] of literalsIn(node)) {
        if (!ambiguous.has(name) && !assigned.has(name)) rows.set(name, { literal, scope: node });
      }
    }
    return !isFunction(node) && !node.type.startsWith('Class');
  });
  const mentioned = new Map<string, number>();
  walk(fn.body, (node) => {
    if (node.type === 'Identifier') count(mentioned, node.name);
    return true;
  });
  for (const name of rows.keys()) if (mentioned.get(name) !== (returned.get(name) ?? 0) + 1) rows.delete(name);
  return rows;
}

function literalsIn({ body }: BlockStatement): [string, ObjectExpression][] {
  return body.flatMap((statement) => {
    if (statement.type !== 'VariableDeclaration' || statement.kind === 'var') return [];
    return statement.declarations.flatMap(({ id, init }): [string, ObjectExpression][] => {
      return id.type === 'Identifier' && init?.type === 'ObjectExpression' ? [[id.name, init]] : [];
    });
  });
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** No row either way: what the loop around `map` makes of it does not depend on fields. */
function isNothing(node: AnyNode): boolean {
  return node.type === 'Literal' || (node.type === 'UnaryExpression' && node.operator === 'void');
}

function spanOf({ start, end }: AnyNode): Span {
  return { start, end };
}
