import type { AnyNode, Pattern } from 'acorn';
import { walk } from './tree.ts';

/** What the names inside of a function stand for, as far as that is needed to know them by their text alone. */
export interface NameFacts {
  readonly declared: ReadonlySet<string>;
  /** Names that are declared more than once, in whatever scopes: which of them a text means is not told apart here. */
  readonly ambiguous: ReadonlySet<string>;
  /** Names that are set after their declaration. */
  readonly assigned: ReadonlySet<string>;
}

/** Facts about all names in a function or a module, parameters and inner functions included. */
export function collectNames(root: AnyNode): NameFacts {
  const declared = new Set<string>();
  const ambiguous = new Set<string>();
  const assigned = new Set<string>();
  const declare = (pattern: AnyNode | null | undefined) => {
    for (const name of pattern ? namesOf(pattern) : []) (declared.has(name) ? ambiguous : declared).add(name);
  };
  const assign = (target: AnyNode) => {
    for (const name of namesOf(target)) assigned.add(name);
  };
  walk(root, (node) => {
    if (node.type === 'VariableDeclarator') declare(node.id);
    if ('params' in node) node.params.forEach(declare);
    if ('id' in node && node.type !== 'VariableDeclarator') declare(node.id);
    if (node.type === 'CatchClause') declare(node.param);
    if (node.type === 'AssignmentExpression') assign(node.left);
    if (node.type === 'UpdateExpression') assign(node.argument);
    const loops = node.type === 'ForOfStatement' || node.type === 'ForInStatement';
    if (loops && node.left.type !== 'VariableDeclaration') assign(node.left);
    return true;
  });
  return { declared, ambiguous, assigned };
}

/** The names a pattern gives values to. */
export function namesOf(pattern: Pattern | AnyNode): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesOf(property.type === 'Property' ? property.value : property),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesOf(element)));
    case 'AssignmentPattern':
      return namesOf(pattern.left);
    case 'RestElement':
      return namesOf(pattern.argument);
    default:
      return [];
  }
}

/** A name that a statement declares, and where. */
export interface Declared {
  readonly name: string;
  readonly start: number;
}

/** The names that a statement by itself declares: those of functions, classes and variables. */
export function declaredBy(statement: AnyNode): Declared[] {
  if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration')
    return statement.id === null ? [] : [{ name: statement.id.name, start: statement.id.start }];
  if (statement.type !== 'VariableDeclaration') return [];
  return statement.declarations.flatMap(({ id }) => namesOf(id).map((name) => ({ name, start: id.start })));
}
