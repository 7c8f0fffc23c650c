import type { ComponentSet } from './components.ts';
import { type Environments, selectEnvironment } from './environments.ts';
import type { Variables } from './interpolate.ts';
import type { Located } from './located.ts';
import type { Origin, Problem } from './problems.ts';
import { validateTree } from './validate-tree.ts';

/**
 * Mistakes inside the environments that were not asked for, so that they show before somebody deploys one. What depends on
 * variables that are not set here is left for where they are.
 */
export function checkOtherEnvironments(
  environments: Environments,
  selected: string | undefined,
  components: ComponentSet,
  variables: Variables,
): Problem[] {
  return [...environments.byName].flatMap(([name, over]) => {
    if (name === selected) return [];
    const own = originsOf(over);
    const { problems } = validateTree(selectEnvironment(environments, name).root, components, variables);
    // Merging keeps origins as they are, so that identity tells whose value it is; missing variables point into a value.
    return problems.filter((problem) => problem.origin && own.has(problem.origin));
  });
}

function originsOf(node: Located, found = new Set<Origin>()): Set<Origin> {
  found.add(node.origin);
  if (node.kind === 'list') for (const item of node.items) originsOf(item, found);
  if (node.kind !== 'map') return found;
  for (const { key, value } of node.entries.values()) {
    found.add(key);
    originsOf(value, found);
  }
  return found;
}
