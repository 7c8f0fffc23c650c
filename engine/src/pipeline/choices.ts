import type { ComponentSet } from './components.ts';
import { keyOriginAt, type Located, type LocatedMap, nodeAt, type Path, pathText } from './located.ts';
import { errorAt, type Problem } from './problems.ts';
import { encoderKeys } from './schema.ts';

/** Checks what a schema of keys cannot say well: one source, one component a sink, one encoder, nothing beside them. */
export function checkChoices(root: Located, components: ComponentSet): Problem[] {
  const encoders = encoderKeys(components);
  const sinks = nodeAt(root, ['sinks']);
  const sinkNames = [...components.sink.keys(), 'module'];
  return [
    ...checkChoice(root, ['source'], [...components.source.keys(), 'module'], ['options']),
    ...checkChoice(root, ['errors', 'to'], ['s3', 'sqs', 'file'], []),
    ...(sinks?.kind === 'list' ? sinks.items : []).flatMap((_, index) => {
      const path = ['sinks', index];
      const beside = ['options', 'partitionBy', ...encoders];
      return [
        ...checkChoice(root, path, sinkNames, beside),
        ...[path, ...sinkNames.map((name) => [...path, name])].flatMap((at) => checkAtMostOne(root, at, encoders)),
      ];
    }),
  ];
}

/** Exactly one of `names`; `beside` only together with `module`. */
function checkChoice(root: Located, path: Path, names: readonly string[], beside: readonly string[]): Problem[] {
  const map = nodeAt(root, path);
  if (map?.kind !== 'map') return [];
  const chosen = [...map.entries.keys()].filter((name) => names.includes(name));
  const unknown = [...map.entries.keys()].some((name) => !names.includes(name) && !beside.includes(name));
  if (chosen.length === 0) {
    // A misspelt name is reported as such, once.
    if (unknown) return [];
    return [errorAt(keyOriginAt(root, path), `${pathText(path)} must have one of ${names.join(', ')}`)];
  }
  if (chosen.length > 1) {
    const [first, second] = chosen;
    const message = `${pathText(path)} must have exactly one of ${names.join(', ')}, got ${chosen.join(' and ')}`;
    const surplus = [...path, second ?? ''];
    return [
      errorAt(keyOriginAt(root, surplus), message, `Keep ${first} or ${second}.`, {
        kind: 'surplus-key',
        path: surplus,
      }),
    ];
  }
  return chosen[0] === 'module' ? [] : misplaced(root, map, path, chosen[0] ?? '', beside);
}

function misplaced(root: Located, map: LocatedMap, path: Path, chosen: string, beside: readonly string[]): Problem[] {
  return beside
    .filter((name) => map.entries.has(name))
    .map((name) =>
      errorAt(
        keyOriginAt(root, [...path, name]),
        `${pathText([...path, name])} is beside ${chosen}, not in it`,
        name === 'options' ? 'options belong to an own module.' : `Indent it below ${chosen}:.`,
        name === 'options'
          ? { kind: 'surplus-key', path: [...path, name] }
          : { kind: 'misplaced-key', path: [...path, name], into: chosen },
      ),
    );
}

function checkAtMostOne(root: Located, path: Path, names: readonly string[]): Problem[] {
  const map = nodeAt(root, path);
  if (map?.kind !== 'map') return [];
  const [first, second] = [...map.entries.keys()].filter((name) => names.includes(name));
  if (second === undefined) return [];
  return [
    errorAt(
      keyOriginAt(root, [...path, second]),
      `${pathText(path)} must have one encoder, got ${first} and ${second}`,
      undefined,
      { kind: 'surplus-key', path: [...path, second] },
    ),
  ];
}
