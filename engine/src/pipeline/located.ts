import type { Origin } from './problems.ts';

/**
 * A YAML value that still knows where each part was written. Overrides merge into it before anything is parsed, so that a
 * mistake in a merged file is reported at the line, environment or setting that made it.
 */
export type Located = LocatedScalar | LocatedMap | LocatedList;

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly origin: Origin;
  /** Text before interpolation, where there was one: shown in messages instead of the variable's value. */
  readonly template?: string;
  /** An interpolated variable is missing: nothing can be said about the value. */
  readonly unresolved?: boolean;
}

export interface LocatedMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  readonly origin: Origin;
}

export interface LocatedEntry {
  readonly key: Origin;
  readonly value: Located;
}

export interface LocatedList {
  readonly kind: 'list';
  readonly items: readonly Located[];
  readonly origin: Origin;
}

/** Keys and positions from the root; as zod issues have them. */
export type Path = readonly PropertyKey[];

/** Child of a map or list; undefined where there is none. */
export function childOf(node: Located | undefined, key: PropertyKey): Located | undefined {
  if (node?.kind === 'map') return node.entries.get(String(key))?.value;
  if (node?.kind === 'list') return node.items[Number(key)];
  return undefined;
}

/** The node at a path; undefined where the path leads nowhere. */
export function nodeAt(root: Located, path: Path): Located | undefined {
  return path.reduce<Located | undefined>(childOf, root);
}

/** Where to point for a path: the value; failing that the key of its deepest existing parent. */
export function originAt(root: Located, path: Path): Origin {
  const found = nodeAt(root, path);
  if (found) return found.origin;
  return path.length === 0 ? root.origin : keyOriginAt(root, path.slice(0, -1));
}

/** Where the key at the end of a path is written; where there is no key (a list's item, nothing), see `originAt`. */
export function keyOriginAt(root: Located, path: Path): Origin {
  const parent = path.length > 0 ? nodeAt(root, path.slice(0, -1)) : undefined;
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.key ?? originAt(root, path);
}

/** Dotted text of a path: `sinks[0].s3.bucket`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = /^[\w$-]+$/.test(String(key)) ? String(key) : JSON.stringify(String(key));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** A map with one entry set (undefined: removed). */
export function withEntry(map: LocatedMap, name: string, entry: LocatedEntry | undefined): LocatedMap {
  const entries = new Map(map.entries);
  if (entry) entries.set(name, entry);
  else entries.delete(name);
  return { ...map, entries };
}

/** The tree with the node at a path changed; the same tree where the path leads nowhere. */
export function changeAt(node: Located, path: Path, change: (node: Located) => Located): Located {
  const [key, ...rest] = path;
  const child = key === undefined ? undefined : childOf(node, key);
  if (key === undefined) return change(node);
  if (!child) return node;
  const changed = changeAt(child, rest, change);
  if (node.kind === 'list') return { ...node, items: node.items.with(Number(key), changed) };
  if (node.kind !== 'map') return node;
  const entry = node.entries.get(String(key));
  return entry ? withEntry(node, String(key), { ...entry, value: changed }) : node;
}
