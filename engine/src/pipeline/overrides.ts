import type { Variables } from './interpolate.ts';
import { type Located, type LocatedList, type LocatedMap, withEntry } from './located.ts';
import { replacesChoice } from './merge.ts';
import { parseYaml } from './positions.ts';
import { errorAt, type Origin, type Problem } from './problems.ts';

/** One value from outside the file: an option `--set path=value`, or a variable `PARQUETRY_SET_PATH`. */
export interface Setting {
  /** As it was given, for messages. */
  readonly text: string;
  readonly path: readonly string[];
  /** YAML text. */
  readonly value: string;
}

const VARIABLE_PREFIX = 'PARQUETRY_SET_';

/** Parses `batch.maxAge=1m`, `sinks.0.s3.bucket=lake` or `sinks[0].s3.bucket=lake`. */
export function parseSetting(option: string): { setting?: Setting; problem?: Problem } {
  const text = `--set ${option}`;
  const equals = option.indexOf('=');
  const path = option
    .slice(0, Math.max(0, equals))
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.');
  if (equals < 1 || path.includes('')) {
    const message = `--set must read path=value, got ${JSON.stringify(option)}`;
    return { problem: errorAt(settingOrigin(text), message, 'Example: --set batch.maxAge=1m') };
  }
  return { setting: { text, path, value: option.slice(equals + 1) } };
}

/**
 * Settings in the environment, for containers: `PARQUETRY_SET_BATCH__MAX_AGE=1m` is `--set batch.maxAge=1m`. Levels are parted
 * by two underscores; case and single underscores do not matter where the schema knows the key. Sorted by name.
 */
export function settingsFromVariables(variables: Variables, vocabulary: Iterable<string>): Setting[] {
  const known = new Map([...vocabulary].map((key) => [bare(key), key]));
  return Object.keys(variables)
    .filter((name) => name.startsWith(VARIABLE_PREFIX) && variables[name] !== undefined)
    .sort()
    .map((name) => ({
      text: `${name}=${variables[name]}`,
      path: name
        .slice(VARIABLE_PREFIX.length)
        .split('__')
        .map((part) => known.get(bare(part)) ?? part),
      value: variables[name] ?? '',
    }));
}

function bare(key: string): string {
  return key.replaceAll('_', '').toLowerCase();
}

/** Where a setting's mistakes are shown. */
export function settingOrigin(text: string): Origin {
  return { file: text, line: 0, column: 1, length: text.length, text };
}

export interface Applied {
  readonly root: Located;
  readonly problems: readonly Problem[];
}

/** Lays settings over the tree, in order. A setting replaces what was there; null (or nothing) takes the key back to its default. */
export function applySettings(root: Located, settings: readonly Setting[]): Applied {
  const problems: Problem[] = [];
  const applied = settings.reduce((tree, setting) => {
    const origin = settingOrigin(setting.text);
    const parsed = parseYaml(setting.value, setting.text);
    problems.push(...parsed.problems.map((problem) => ({ ...problem, origin })));
    if (!parsed.root) return tree;
    const placed = place(tree, setting.path, 0, relocate(parsed.root, origin));
    if (placed) return placed;
    problems.push(
      errorAt(
        origin,
        `${setting.path.join('.')} does not exist: a list is set by the position of an item that is there`,
      ),
    );
    return tree;
  }, root);
  return { root: applied, problems };
}

/** The tree with the setting's value at `path`; undefined where the path runs through a list and misses it. */
function place(node: Located | undefined, path: readonly string[], depth: number, value: Located): Located | undefined {
  const key = path[depth];
  if (key === undefined) return value;
  if (node?.kind === 'list') return placeInList(node, key, (item) => place(item, path, depth + 1, value));
  const map = mapFor(node, path.slice(0, depth), key, value.origin);
  const old = map.entries.get(key);
  const child = place(old?.value, path, depth + 1, value);
  const isLast = depth === path.length - 1;
  return child && withEntry(map, key, { key: isLast || !old ? value.origin : old.key, value: child });
}

/** The map that takes the key: the one that is there, unless the key is another choice than it holds. */
function mapFor(node: Located | undefined, path: readonly string[], key: string, origin: Origin): LocatedMap {
  if (node?.kind === 'map' && !replacesChoice(path, node.entries.keys(), [key])) return node;
  return { kind: 'map', entries: new Map(), origin: node?.origin ?? origin };
}

function placeInList(
  list: LocatedList,
  key: string,
  change: (item: Located) => Located | undefined,
): Located | undefined {
  const index = /^\d+$/.test(key) ? Number(key) : -1;
  const item = list.items[index];
  const changed = item && change(item);
  return changed && { ...list, items: list.items.with(index, changed) };
}

function relocate(node: Located, origin: Origin): Located {
  if (node.kind === 'scalar') return { ...node, origin };
  if (node.kind === 'list') return { ...node, origin, items: node.items.map((item) => relocate(item, origin)) };
  const entries = [...node.entries].map(
    ([name, entry]) => [name, { key: origin, value: relocate(entry.value, origin) }] as const,
  );
  return { kind: 'map', origin, entries: new Map(entries) };
}
