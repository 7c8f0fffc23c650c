import { closest } from '../core/closest.ts';
import { keyOriginAt, type Located, nodeAt, withEntry } from './located.ts';
import { merge } from './merge.ts';
import { errorAt, type Problem } from './problems.ts';

export interface Environments {
  /** The file without its environments. */
  readonly base: Located;
  readonly byName: ReadonlyMap<string, Located>;
  readonly problems: readonly Problem[];
}

/** Keys that are the same in every environment. */
const fixedKeys = ['name', 'environments'];

/** Takes `environments` off the file and checks their shape. */
export function splitEnvironments(root: Located): Environments {
  const problems: Problem[] = [];
  const byName = new Map<string, Located>();
  if (root.kind !== 'map') return { base: root, byName, problems };
  const node = nodeAt(root, ['environments']);
  if (node?.kind === 'map') {
    for (const [name, { key, value }] of node.entries) {
      const empty = value.kind === 'scalar' && value.value === null;
      if (value.kind !== 'map' && !empty) {
        problems.push(errorAt(value.origin, `environments.${name} must be a map of overrides`));
        continue;
      }
      byName.set(name, empty ? { kind: 'map', entries: new Map(), origin: key } : value);
      for (const fixed of fixedKeys.filter((fixedKey) => nodeAt(value, [fixedKey]))) {
        problems.push(errorAt(keyOriginAt(value, [fixed]), `${fixed} cannot differ between environments`));
      }
    }
  } else if (node && !(node.kind === 'scalar' && node.value === null)) {
    problems.push(errorAt(node.origin, 'environments must be a map from names to overrides'));
  }
  return { base: withEntry(root, 'environments', undefined), byName, problems };
}

/** The file as it is in one environment; undefined means none was asked for. An unknown name is an error that lists the known. */
export function selectEnvironment(
  environments: Environments,
  name: string | undefined,
): { root: Located; problems: Problem[] } {
  if (name === undefined) return { root: environments.base, problems: [] };
  const over = environments.byName.get(name);
  if (over) return { root: merge(environments.base, over), problems: [] };
  const names = [...environments.byName.keys()];
  const near = closest(name, names);
  const known = names.length > 0 ? `The file has ${names.join(', ')}.` : 'The file has no environments.';
  const message = `the environment ${JSON.stringify(name)} does not exist`;
  return {
    root: environments.base,
    problems: [errorAt(undefined, message, near ? `Did you mean ${near}? ${known}` : known)],
  };
}
