import type { AnyNode, Function as FunctionNode, Identifier, ObjectPattern, Pattern, VariableDeclaration } from 'acorn';
import { collectNames, type NameFacts, namesOf } from './names.ts';
import type { AccessPath, Alias, Barrier, Removal, Use } from './shape.ts';
import { isName } from './targets.ts';
import { isInside, type Span, staticName, walk } from './tree.ts';

/** A value of the record that an expression names, and the local name it starts at. */
export interface Access {
  readonly alias: Alias;
  readonly path: AccessPath;
}

/**
 * The local names for the record and its values: the parameter, what it is taken apart into, and constants made from it.
 * A name counts only where its text can mean nothing else.
 */
export class Aliases {
  readonly all: Alias[] = [];
  readonly barriers: Barrier[] = [];
  /** Values that are looked at while taking the record apart, and get no name that is known here. */
  readonly uses: Use[] = [];
  /** Declarations whose names are all known: nothing but naming happens in them. */
  readonly declarations = new Set<AnyNode>();
  /** Expressions that were given such a name. */
  readonly named = new Set<AnyNode>();
  private readonly names: NameFacts;
  /** Where each name is first used. */
  private readonly firstUse: ReadonlyMap<string, number>;

  constructor(fn: FunctionNode & AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>) {
    this.names = collectNames(fn);
    this.firstUse = findFirstUses(fn, parents);
    const [record] = fn.params;
    if (record !== undefined) this.bindRecord(record, fn);
    walk(fn.body, (node) => {
      if (node.type === 'VariableDeclaration') this.bindDeclaration(node, parents.get(node)!);
      return node.type !== 'FunctionDeclaration'; // may be called above: what it names may have no value yet
    });
  }

  /** The alias an identifier means at its place. */
  lookup(identifier: Identifier): Alias | undefined {
    return this.all.find(({ name, scope }) => name === identifier.name && isInside(identifier, scope));
  }

  /** The value of the record that an expression is; undefined if it is anything else. */
  access(node: AnyNode): Access | undefined {
    const access = this.follow(node);
    return access && isLacking(access) ? undefined : access;
  }

  /** As `access`, with fields that a rest lacks: they are none of the record's, but the expression is a use of the rest. */
  follow(node: AnyNode): Access | undefined {
    if (node.type === 'ChainExpression') return this.follow(node.expression);
    if (node.type === 'Identifier') {
      const alias = this.lookup(node);
      return alias && { alias, path: alias.path };
    }
    if (node.type !== 'MemberExpression') return undefined;
    const base = this.follow(node.object);
    const name = staticName(node.property, node.computed);
    if (base === undefined || name === undefined) return undefined;
    const step = { name, optional: node.optional, chained: node.object.type === 'MemberExpression' };
    return { alias: base.alias, path: [...base.path, step] };
  }

  private bindRecord(pattern: Pattern, fn: FunctionNode & AnyNode): void {
    const scope: Span = { start: fn.start, end: fn.end };
    const isKnown = pattern.type === 'Identifier' ? this.isFixed(pattern) : pattern.type === 'ObjectPattern';
    if (!isKnown) {
      this.barriers.push({
        message: 'the parameter of map is set, has a default, or its name is declared again',
        hint: 'Name the record once, as in map: (r) => …, and leave the name alone.',
        at: pattern.start,
      });
      return;
    }
    this.bind(pattern, { path: [], scope });
  }

  private bindDeclaration(declaration: VariableDeclaration, block: AnyNode): void {
    // A `var`, or a name in a case of a switch, is known where its declaration was not reached, too.
    let isNaming = declaration.kind !== 'var' && block.type === 'BlockStatement';
    for (const { id, init, start } of isNaming ? declaration.declarations : []) {
      const access = init ? this.access(init) : undefined;
      const taken = init && access && this.isSimple(id, access);
      if (!taken) {
        isNaming = false;
        continue;
      }
      const { path, alias: from } = access;
      const scope: Span = { start, end: block.end };
      const removal = path.length > 0 && isFlat(id) && this.bindsAll(id) ? initRemoval(id, init) : undefined;
      this.named.add(init);
      this.bind(id, { path, scope, from, removal });
    }
    if (isNaming) this.declarations.add(declaration);
  }

  /** Whether a declaration names values of the record by names that can be told. */
  private isSimple(id: Pattern, { path, alias }: Access): boolean {
    if (id.type === 'Identifier') return this.isFixed(id) && path.length > 0;
    const isRest = path.length === 0 && alias.without !== undefined;
    return id.type === 'ObjectPattern' && !isRest;
  }

  /** Whether a name means the same value wherever it is used, which is only below its declaration. */
  private isFixed({ name, start }: Identifier): boolean {
    const isEarly = (this.firstUse.get(name) ?? start) < start;
    return !isEarly && !this.names.ambiguous.has(name) && !this.names.assigned.has(name);
  }

  /** Whether every value that a pattern takes out gets a name that is known. */
  private bindsAll(pattern: Pattern): boolean {
    if (pattern.type === 'Identifier') return this.isFixed(pattern);
    if (pattern.type !== 'ObjectPattern' || pattern.properties.length === 0) return false;
    return pattern.properties.every((property) => {
      return property.type === 'Property' && !property.computed && this.bindsAll(property.value);
    });
  }

  private bind(pattern: Pattern, at: Omit<Alias, 'name'>): void {
    if (pattern.type === 'Identifier' && this.isFixed(pattern)) this.all.push({ ...at, name: pattern.name });
    else if (pattern.type === 'ObjectPattern' && pattern.properties.length > 0) this.bindProperties(pattern, at);
    else this.uses.push({ path: at.path, span: pattern, kind: 'value', touches: 'anything', alias: at.from });
  }

  private bindProperties(pattern: ObjectPattern, at: Omit<Alias, 'name'>): void {
    const without = new Set<string>();
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        this.bindRest(property.argument, { ...at, without }, pattern);
        continue;
      }
      const name = staticName(property.key, property.computed);
      if (name === undefined) {
        this.block('a field is taken out of the record by a computed key', property.start);
        continue;
      }
      without.add(name);
      const path = [...at.path, { name, optional: false, chained: false }];
      const { value } = property;
      const isNested = at.path.length === 0 && value.type === 'ObjectPattern' && this.bindsAll(value);
      this.bind(value, { ...at, path, removal: at.removal ?? (isNested ? nestedRemoval(value) : undefined) });
    }
  }

  private bindRest(argument: Pattern, at: Omit<Alias, 'name'>, pattern: ObjectPattern): void {
    if (at.path.length > 0 || argument.type !== 'Identifier' || !this.isFixed(argument)) {
      this.block('the rest of a value is taken', argument.start);
      return;
    }
    const rest = pattern.properties.at(-1)!;
    this.all.push({ ...at, name: argument.name, removal: { start: rest.start, end: rest.end, text: '' } });
  }

  private block(message: string, at: number): void {
    this.barriers.push({ message, hint: 'Write the names of the fields: const { a, ...rest } = r.', at });
  }
}

/** Where each name in a function is first used, by its text; declarations and names of properties are no uses. */
function findFirstUses(fn: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  walk(fn, (node) => {
    if (node.type !== 'Identifier' || isName(node, parents)) return true;
    first.set(node.name, Math.min(node.start, first.get(node.name) ?? node.start));
    return true;
  });
  return first;
}

function isLacking({ alias, path }: Access): boolean {
  const step = path[alias.path.length];
  return step !== undefined && alias.without?.has(step.name) === true;
}

/** `{ a, b: c }`, whose names are undefined if taken out of an empty object; out of a nested one that throws. */
function isFlat(pattern: Pattern): boolean {
  if (pattern.type !== 'ObjectPattern') return true;
  return pattern.properties.every((property) => property.type === 'Property' && property.value.type === 'Identifier');
}

function initRemoval({ type }: Pattern, { start, end }: Span): Removal {
  return { start, end, text: type === 'Identifier' ? '0' : '{}' };
}

/** `geo: { lat, lon }` becomes `geo: lat`, because taking undefined apart throws. */
function nestedRemoval(pattern: ObjectPattern): Removal {
  return { start: pattern.start, end: pattern.end, text: namesOf(pattern)[0] ?? '{}' };
}
