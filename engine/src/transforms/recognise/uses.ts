import type { AnyNode, Function as FunctionNode, Identifier } from 'acorn';
import type { Access, Aliases } from './aliases.ts';
import { isHarmlessMember } from './array-reading.ts';
import type { AccessPath, Barrier, ResultLiteral, Use } from './shape.ts';
import { isName, isTarget } from './targets.ts';
import { isArrow, isInside, walk } from './tree.ts';

export interface Uses {
  readonly uses: readonly Use[];
  readonly barriers: readonly Barrier[];
  readonly readsAll: boolean;
}

/** Nodes that are accounted for as parts of the returned rows. */
export interface ResultNodes {
  readonly literals: readonly ResultLiteral[];
  /** Values of properties. */
  readonly values: ReadonlySet<AnyNode>;
  /** The record where it is spread into a row, or is the row. */
  readonly records: ReadonlySet<AnyNode>;
}

/** Finds every place at which a function looks at its record, and what it does there. */
export function findUses(
  fn: FunctionNode & AnyNode,
  aliases: Aliases,
  results: ResultNodes,
  parents: ReadonlyMap<AnyNode, AnyNode>,
): Uses {
  const finder = new UseFinder(aliases, results, parents);
  walk(fn, (node) => {
    if (node.type === 'Identifier') finder.visit(node);
    return true;
  });
  const constructs = constructBarriers(fn, results, parents);
  return {
    uses: [...aliases.uses, ...finder.uses],
    barriers: [...finder.barriers, ...constructs],
    readsAll: finder.readsAll || constructs.length > 0,
  };
}

class UseFinder {
  readonly uses: Use[] = [];
  readonly barriers: Barrier[] = [];
  readsAll = false;
  private readonly aliases: Aliases;
  private readonly results: ResultNodes;
  private readonly parents: ReadonlyMap<AnyNode, AnyNode>;

  constructor(aliases: Aliases, results: ResultNodes, parents: ReadonlyMap<AnyNode, AnyNode>) {
    this.aliases = aliases;
    this.results = results;
    this.parents = parents;
  }

  visit(identifier: Identifier): void {
    const alias = this.aliases.lookup(identifier);
    if (alias === undefined || isName(identifier, this.parents)) return;
    const [node, access] = this.widest(identifier, { alias, path: alias.path });
    const parent = this.parents.get(node)!;
    if (this.aliases.named.has(node) || this.results.records.has(node)) return;
    if (isTarget(node, this.parents)) {
      this.block(node, 'is changed', 'Compute a value of its own instead: const x = f(r.x).');
      this.add(node, parent, access); // what is on the way to it is read
    } else if (access.path.length === 0) this.blockEscape(node, parent);
    else this.add(node, parent, access);
  }

  /** The longest access that starts at an identifier: of `r.geo.lat.toFixed(2)` what leads to toFixed. */
  private widest(identifier: AnyNode, access: Access): [AnyNode, Access] {
    const parent = this.parents.get(identifier)!;
    const continues = parent.type === 'MemberExpression' && parent.object === identifier;
    if (!continues && !(parent.type === 'ChainExpression')) return [identifier, access];
    if (continues && isCallee(parent, this.parents.get(parent)!)) return [identifier, access];
    const wider = this.aliases.follow(parent);
    return wider === undefined ? [identifier, access] : this.widest(parent, wider);
  }

  private add(node: AnyNode, parent: AnyNode, { path, alias }: Access): void {
    const isResult = this.results.values.has(node);
    const touches = isResult ? 'nothing' : touchesOf(node, parent, this.parents);
    this.uses.push({ path, span: node, kind: isResult ? 'result' : 'value', touches, alias });
  }

  private blockEscape(node: AnyNode, parent: AnyNode): void {
    this.readsAll = true;
    const isKeyed = parent.type === 'MemberExpression' && parent.object === node && parent.computed;
    if (isKeyed) this.block(node, 'is read by a computed key', 'Read fields by their names: r.a.');
    else this.block(node, 'is used as a whole', 'Hand over the fields that are needed: f(r.a, r.b).');
  }

  private block({ start }: AnyNode, what: string, hint: string): void {
    this.barriers.push({ message: `the record ${what}`, hint, at: start });
  }
}

function isCallee(node: AnyNode, parent: AnyNode): boolean {
  if (parent.type === 'TaggedTemplateExpression') return parent.tag === node;
  return (parent.type === 'CallExpression' || parent.type === 'NewExpression') && parent.callee === node;
}

const COMPARISONS = new Set(['===', '!==', '==', '!=']);

/** What is done to the object that an expression may be. */
function touchesOf(node: AnyNode, parent: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): Use['touches'] {
  switch (parent.type) {
    case 'BinaryExpression':
      return COMPARISONS.has(parent.operator) ? 'nothing' : 'anything';
    case 'UnaryExpression':
      return parent.operator === '!' || parent.operator === 'typeof' ? 'nothing' : 'anything';
    case 'IfStatement':
    case 'ConditionalExpression':
      return parent.test === node ? 'nothing' : 'anything';
    case 'MemberExpression':
      return parent.object === node && isHarmlessMember(parent, parents) ? 'elements' : 'anything';
    default:
      return 'anything';
  }
}

/** What makes names mean something else, or the function run in another way than it seems to. */
function constructBarriers(
  fn: FunctionNode & AnyNode,
  { literals }: ResultNodes,
  parents: ReadonlyMap<AnyNode, AnyNode>,
): Barrier[] {
  const found: Barrier[] = [];
  const block = ({ start }: AnyNode, what: string) => {
    found.push({ message: `map uses ${what}`, hint: 'Write map as a plain function of its record.', at: start });
  };
  if (fn.async) block(fn, 'async');
  if (fn.generator) block(fn, 'a generator');
  walk(fn, (node) => {
    if (node.type === 'Identifier' && !isName(node, parents)) {
      if (node.name === 'arguments' || node.name === 'eval') block(node, node.name);
      if (node.name === fn.id?.name && node !== fn.id) block(node, 'its own name');
    }
    if (node.type === 'WithStatement') block(node, 'with');
    if (node.type === 'Super' || node.type === 'MetaProperty') block(node, 'super or new.target');
    // In a getter of a returned object it is that object, which may then lack what is handed on.
    const isRow = node.type === 'ThisExpression' && literals.some(({ span }) => isInside(node, span));
    if (node.type === 'ThisExpression' && (isRow || !isArrow(fn))) block(node, 'this');
    return true;
  });
  return found;
}

/** The fields of a path, for people: `geo.lat`. */
export function pathText(path: AccessPath): string {
  return path.map(({ name }) => name).join('.');
}
