import type { Located, LocatedMap } from './located.ts';

/**
 * The tree as plain values for the schema. A key without a value (`batch:` with everything below commented out) counts as not
 * written; where a map names a component, it means all defaults (`sinks: [ stdout: ]`). What belongs to an own module
 * (`options`) stays as it is.
 */
export function toPlain(node: Located, path: readonly string[] = []): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map((item) => toPlain(item, [...path, '*']));
  return mapToPlain(node, path);
}

function mapToPlain(map: LocatedMap, path: readonly string[]): Record<string, unknown> {
  const opaque = path.includes('options');
  const entries = [...map.entries].flatMap(([name, { value }]): [string, unknown][] => {
    const empty = value.kind === 'scalar' && value.value === null;
    if (!empty || opaque) return [[name, toPlain(value, [...path, name])]];
    return namesComponent(path) ? [[name, {}]] : [];
  });
  // No prototype to pollute: a key `__proto__` is an own key here, and an unknown one to the schema.
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function namesComponent(path: readonly string[]): boolean {
  return ['source', 'sinks.*', 'errors.to'].includes(path.join('.'));
}
