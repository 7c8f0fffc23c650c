import { ParquetryError } from '../core/errors.ts';
import { ELEMENT, numberAt, PHYSICAL, type Physical, REPETITION, structAt, textAt } from './metadata.ts';
import type { Levels } from './page-runs.ts';
import type { ThriftStruct } from './thrift.ts';

/** A schema element of a foreign file, with its children. */
export interface SchemaNode {
  readonly name: string;
  readonly path: readonly string[];
  readonly repetition: keyof typeof REPETITION;
  /** Absent for groups. */
  readonly physical?: Physical;
  readonly typeLength: number;
  readonly converted?: number;
  readonly scale: number;
  readonly precision: number;
  readonly logical?: ThriftStruct;
  readonly children: readonly SchemaNode[];
}

const MAX_DEPTH = 64;
const PHYSICAL_NAMES = Object.keys(PHYSICAL) as Physical[];
const REPETITION_NAMES = Object.keys(REPETITION) as (keyof typeof REPETITION)[];

/** The tree of a file's schema elements, which are listed depth first. Throws E_INTEGRITY if they do not form one. */
export function schemaTree(elements: readonly ThriftStruct[]): SchemaNode {
  let at = 0;
  const root = take([]);
  if (at !== elements.length) throw broken(`one tree of ${at} elements, got ${elements.length}`);
  return root;

  function take(parents: readonly string[]): SchemaNode {
    const element = elements[at];
    if (!element || parents.length > MAX_DEPTH) throw broken('a complete tree');
    const isRoot = at++ === 0;
    const name = textAt(element, ELEMENT.name, 'name') ?? '';
    const path = isRoot ? [] : [...parents, name];
    const count = numberAt(element, ELEMENT.children, 'num_children') ?? 0;
    if (count < 0 || count > elements.length) throw broken(`as many elements as it says, got num_children ${count}`);
    const facts = factsOf(element, isRoot || count > 0);
    if (count === 0 && !isRoot && !facts.physical) throw broken('a known type for every column');
    const children = Array.from({ length: count }, () => take(path));
    return { name, path, children, ...facts };
  }
}

/** The columns below a node, in file order. */
export function leavesOf(node: SchemaNode): SchemaNode[] {
  return node.physical ? [node] : node.children.flatMap(leavesOf);
}

/** How deep each column's levels go, same order as `leavesOf`. */
export function levelsOf(node: SchemaNode, maxDefinition = 0, maxRepetition = 0): Levels[] {
  return node.children.flatMap((child) => {
    const definition = maxDefinition + (child.repetition === 'REQUIRED' ? 0 : 1);
    const repetition = maxRepetition + (child.repetition === 'REPEATED' ? 1 : 0);
    if (child.physical) return [{ maxDefinition: definition, maxRepetition: repetition, physical: child.physical }];
    return levelsOf(child, definition, repetition);
  });
}

function factsOf(element: ThriftStruct, isGroup: boolean): Omit<SchemaNode, 'name' | 'path' | 'children'> {
  const physical = PHYSICAL_NAMES[numberAt(element, ELEMENT.type, 'type') ?? -1];
  return {
    repetition: REPETITION_NAMES[numberAt(element, ELEMENT.repetition, 'repetition_type') ?? 0] ?? 'REQUIRED',
    physical: isGroup ? undefined : physical,
    typeLength: numberAt(element, ELEMENT.typeLength, 'type_length') ?? 0,
    converted: numberAt(element, ELEMENT.converted, 'converted_type'),
    scale: numberAt(element, ELEMENT.scale, 'scale') ?? 0,
    precision: numberAt(element, ELEMENT.precision, 'precision') ?? 0,
    logical: structAt(element, ELEMENT.logical, 'logical_type'),
  };
}

function broken(wanted: string): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet schema must have ${wanted}`, {
    hint: 'The file is damaged or not a Parquet file.',
  });
}
