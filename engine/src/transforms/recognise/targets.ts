import type { AnyNode, Identifier } from 'acorn';

/** Identifiers that are no references: names of properties and labels, and those that declarations bring in. */
export function isName(node: Identifier, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const parent = parents.get(node)!;
  switch (parent.type) {
    case 'MemberExpression':
      return parent.property === node && !parent.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return (parent.key === node && !parent.computed) || isTarget(node, parents);
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    case 'VariableDeclarator':
      return parent.id === node;
    default:
      return isTarget(node, parents) || ('params' in parent && parent.params.includes(node));
  }
}

/** Whether an expression is set, or deleted. */
export function isTarget(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const parent = parents.get(node)!;
  switch (parent.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'AssignmentPattern':
      return parent.left === node;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    case 'ChainExpression':
      return isTarget(parent, parents); // delete a?.b
    case 'Property':
      return parent.value === node && parents.get(parent)!.type === 'ObjectPattern';
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    default:
      return false;
  }
}
