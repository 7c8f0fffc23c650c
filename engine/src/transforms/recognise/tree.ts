import { type AnyNode, type ArrowFunctionExpression, type Function as FunctionNode, type Program, parse } from 'acorn';

/** The syntax tree of a compiled module. Positions are offsets in its text. Throws acorn's SyntaxError. */
export function parseCode(code: string): Program {
  return parse(code, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true });
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Whether a position or a node lies inside of a span. */
export function isInside(
  { start, end = start }: { readonly start: number; readonly end?: number },
  span: Span,
): boolean {
  return start >= span.start && end <= span.end;
}

/** The nodes right below one, in the order of the text. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Shows every node below and including `node` to `visit`, parents first; below those it answers false for, none. */
export function walk(node: AnyNode, visit: (node: AnyNode) => boolean | undefined): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walk(child, visit);
}

/** The parent of every node below `root`. */
export function parentsIn(root: AnyNode): ReadonlyMap<AnyNode, AnyNode> {
  const parents = new Map<AnyNode, AnyNode>();
  walk(root, (node) => {
    for (const child of childrenOf(node)) parents.set(child, node);
    return true;
  });
  return parents;
}

export function isFunction(node: AnyNode): node is FunctionNode & AnyNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

export function isArrow(node: AnyNode): node is ArrowFunctionExpression {
  return node.type === 'ArrowFunctionExpression';
}

/** The name a key or a member access says in so many words: `a`, `'a b'`; undefined for computed ones. */
export function staticName(key: AnyNode, computed: boolean): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}
