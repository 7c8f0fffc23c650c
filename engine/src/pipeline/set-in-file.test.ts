import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyChanges, type SetPath, setInYaml } from './set-in-file.ts';

const flow = `# Clicks of the shop.
name: clicks # stays
source: { sqs: { queue: clicks, waitTime: 1s } }
sinks:
  - s3:
      bucket: lake # ours
      partitionBy: ["dt={at:%Y-%m-%d}"]
      parquet: { compression: snappy, reader: athena } # for Athena
lanes: 2
environments:
  local: { aws: embedded }
`;

describe('a value of a pipeline file', () => {
  test.each<[name: string, path: SetPath, value: unknown, line: string]>([
    [
      'in a flow map is replaced',
      ['sinks', 0, 's3', 'parquet', 'compression'],
      'zstd',
      '      parquet: { compression: zstd, reader: athena } # for Athena',
    ],
    [
      'is added to a flow map',
      ['sinks', 0, 's3', 'parquet', 'bloomFilters'],
      ['id'],
      '      parquet: { compression: snappy, reader: athena, bloomFilters: [ id ] } # for Athena',
    ],
    [
      'is added with the maps around it',
      ['sinks', 0, 's3', 'parquet', 'columns', 'id', 'encoding'],
      'delta',
      '      parquet: { compression: snappy, reader: athena, columns: { id: { encoding: delta } } } # for Athena',
    ],
    ['takes the place of a scalar', ['lanes', 'max'], 4, 'lanes: { max: 4 }'],
    [
      'in a flow list is replaced',
      ['sinks', 0, 's3', 'partitionBy', 0],
      'country={country}',
      '      partitionBy: ["country={country}"]',
    ],
    [
      'is appended to a flow list',
      ['sinks', 0, 's3', 'partitionBy', 1],
      'h={at:%H}',
      '      partitionBy: ["dt={at:%Y-%m-%d}", "h={at:%H}"]',
    ],
  ])('%s', (_name, path, value, line) => {
    const changed = set(flow, path, value);
    expect(changed.split('\n').filter((each) => !flow.split('\n').includes(each))).toEqual([line]);
    expect(at(changed, path)).toEqual(value);
  });

  test('is added to a block map on a line of its own, behind what is said beside its last entry', () => {
    expect(set(flow, ['sinks', 0, 's3', 'prefix'], 'clicks')).toContain('# for Athena\n      prefix: clicks\nlanes: 2');
    expect(set(flow, ['batch', 'maxAge'], '5m')).toBe(`${flow.trimEnd()}\nbatch: { maxAge: 5m }\n`);
  });

  test('is taken out with its comma or its line', () => {
    expect(set(flow, ['sinks', 0, 's3', 'parquet', 'compression'], undefined)).toContain('{ reader: athena } # for');
    expect(set(flow, ['sinks', 0, 's3', 'parquet', 'reader'], undefined)).toContain('{ compression: snappy } # for');
    expect(set(flow, ['lanes'], undefined)).toBe(flow.replace('lanes: 2\n', ''));
    expect(setInYaml(flow, 'pipeline.yaml', ['delivery'], undefined)).toEqual([]);
  });

  test('is set in a map without entries, an empty key, and an empty file', () => {
    expect(set('lanes: {}\n', ['lanes', 'max'], 3)).toBe('lanes: { max: 3 }\n');
    expect(parse(set('batch:\nname: a\n', ['batch', 'maxAge'], '1m'))).toEqual({ batch: { maxAge: '1m' }, name: 'a' });
    expect(parse(set('', ['name'], 'a'))).toEqual({ name: 'a' });
    expect(set('# only a comment\n', ['name'], 'a')).toContain('# only a comment');
  });

  test('that is a block keeps the comments of the others', () => {
    const text = 'sinks: # all\n  - s3:\n      bucket: a # one\nlanes: 1 # few\n';
    const changed = set(text, ['sinks', 0, 's3'], { bucket: 'b' });
    expect(parse(changed)).toEqual({ sinks: [{ s3: { bucket: 'b' } }], lanes: 1 });
    expect(changed).toContain('# few');
  });

  test('behind an alias is refused, for it would change elsewhere, and so is a position beyond a list', () => {
    const text = 'batch: &b { maxAge: 1m }\nother: *b\nlist: [1]\n';
    expect(() => setInYaml(text, 'f', ['other', 'maxAge'], '2m')).toThrow('must be set where its alias is anchored');
    expect(() => setInYaml(text, 'f', ['list', 3], 2)).toThrow('must name a position of a list of 1, got 3');
    expect(() => setInYaml('a: [', 'f', ['a'], 2)).toThrow('must be YAML');
  });

  test('with Windows line ends and quotes stays as it is but for the value', () => {
    const text = 'name: "a"\r\nbatch: { maxAge: "1m" }\r\n';
    expect(set(text, ['batch', 'maxAge'], '2m')).toBe('name: "a"\r\nbatch: { maxAge: 2m }\r\n');
  });
});

describe.each(['flights', 'movies', 'own-modules'])('every value of the example %s', (name) => {
  const file = fileURLToPath(new URL(`../../../examples/${name}/pipeline.yaml`, import.meta.url));
  const text = readFileSync(file, 'utf8');
  const comments = text.match(/#.*$/gm) ?? [];

  test.each(['a: b # {c}', 7, true, ['x', '}'], { deep: { er: [1] } }])('can be %j, and comments stay', (value) => {
    for (const path of pathsOf(parse(text))) {
      const changed = set(text, path, value);
      expect(at(changed, path), path.join('.')).toEqual(value);
      expect(comments.filter((comment) => !changed.includes(comment))).toEqual([]);
    }
  });

  test('can be taken out, and whatever is beside it stays', () => {
    for (const path of pathsOf(parse(text))) {
      const wanted = parse(text);
      const left = parse(set(text, path, undefined));
      remove(wanted, path);
      expect(left, path.join('.')).toEqual(wanted);
    }
  });
});

/** Paths of all values, the ones of containers first. */
function pathsOf(value: unknown, path: SetPath = []): SetPath[] {
  const own = path.length === 0 ? [] : [path];
  if (typeof value !== 'object' || value === null) return own;
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [...own, ...keys.flatMap((key) => pathsOf((value as Record<string | number, unknown>)[key], [...path, key]))];
}

function remove(root: unknown, path: SetPath): void {
  const parent = path.slice(0, -1).reduce((node, key) => (node as Record<string | number, unknown>)[key], root);
  const key = path.at(-1)!;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string | number, unknown>)[key];
}

function set(text: string, path: SetPath, value: unknown): string {
  return applyChanges(text, setInYaml(text, 'pipeline.yaml', path, value));
}

function at(text: string, path: SetPath): unknown {
  return path.reduce<unknown>((node, key) => (node as Record<string | number, unknown>)[key], parse(text));
}
