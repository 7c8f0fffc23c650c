import { ELEMENT, fieldsOf, i32, list, PHYSICAL, REPETITION, struct, text } from './metadata.ts';
import type { SchemaNode } from './schema-tree.ts';
import type { Stored, StoredField, StoredScalar, StoredSlot } from './stored-fields.ts';
import { CONVERTED, LOGICAL, union } from './stored-type.ts';
import type { ThriftStruct, ThriftValue } from './thrift.ts';

/** A column of an excerpt. */
export interface ExcerptLeaf {
  readonly scalar: StoredScalar;
  /** The path as metadata holds it. */
  readonly path: ThriftValue;
}

/** The schema elements of an excerpt, depth first, and its columns in the same order. */
export interface ExcerptSchema {
  readonly elements: readonly ThriftStruct[];
  readonly leaves: readonly ExcerptLeaf[];
}

/**
 * - `annotated`: what each column means, as the file says it
 * - `physical`: no meaning but lists, so that a decoder gives the stored values themselves: maps are lists of entries, INT96 is
 *   twelve bytes
 */
export type ElementForm = 'annotated' | 'physical';

/**
 * The schema elements of stored fields, nested as the format wants it today. Each level of a column's levels stays what it was,
 * so the pages of a file written by older rules can be read by these.
 */
export function excerptElements(fields: readonly StoredField[], form: ElementForm): ExcerptSchema {
  const elements: ThriftStruct[] = [groupElement('schema', undefined, fields.length)];
  const leaves: ExcerptLeaf[] = [];
  for (const field of fields) addSlot(field, field.name, []);
  return { elements, leaves };

  function addSlot({ optional, stored }: StoredSlot, name: string, parents: readonly string[]): void {
    const repetition = optional ? REPETITION.OPTIONAL : REPETITION.REQUIRED;
    const path = [...parents, name];
    if (stored.kind === 'scalar') {
      elements.push(scalarElement(stored.element, name, repetition, form));
      leaves.push({ scalar: stored, path: list('binary', path.map(text)) });
      return;
    }
    elements.push(
      groupElement(name, repetition, stored.kind === 'struct' ? stored.fields.length : 1, annotationOf(stored, form)),
    );
    if (stored.kind === 'struct') for (const field of stored.fields) addSlot(field, field.name, path);
    else addRepeated(stored, path);
  }

  function addRepeated(stored: Exclude<Stored, { kind: 'scalar' | 'struct' }>, path: readonly string[]): void {
    if (stored.kind === 'list') {
      elements.push(groupElement('list', REPETITION.REPEATED, 1));
      addSlot(stored.element, 'element', [...path, 'list']);
      return;
    }
    elements.push(groupElement('key_value', REPETITION.REPEATED, 2));
    addSlot(stored.key, 'key', [...path, 'key_value']);
    addSlot(stored.value, 'value', [...path, 'key_value']);
  }
}

/** The physical type that a decoder is told of, with the bytes a value has where they are fixed. */
export function physicalOf({ physical, typeLength }: SchemaNode): {
  physical: keyof typeof PHYSICAL;
  typeLength: number;
} {
  if (physical === 'INT96') return { physical: 'FIXED_LEN_BYTE_ARRAY', typeLength: 12 };
  return { physical: physical!, typeLength };
}

function scalarElement(node: SchemaNode, name: string, repetition: number, form: ElementForm): ThriftStruct {
  const { physical, typeLength } = form === 'physical' ? physicalOf(node) : { ...node, physical: node.physical! };
  const stored = [
    [ELEMENT.type, i32(PHYSICAL[physical])],
    [ELEMENT.typeLength, physical === 'FIXED_LEN_BYTE_ARRAY' ? i32(typeLength) : undefined],
    [ELEMENT.repetition, i32(repetition)],
    [ELEMENT.name, text(name)],
  ] as const;
  if (form === 'physical') return fieldsOf(stored);
  const isDecimal = node.converted === CONVERTED.DECIMAL;
  return fieldsOf([
    ...stored,
    [ELEMENT.converted, node.converted === undefined ? undefined : i32(node.converted)],
    [ELEMENT.scale, isDecimal ? i32(node.scale) : undefined],
    [ELEMENT.precision, isDecimal ? i32(node.precision) : undefined],
    [ELEMENT.logical, node.logical && struct(node.logical)],
  ]);
}

type Annotation = 'LIST' | 'MAP' | undefined;

function annotationOf({ kind }: Stored, form: ElementForm): Annotation {
  if (kind === 'map') return form === 'physical' ? 'LIST' : 'MAP';
  return kind === 'list' ? 'LIST' : undefined;
}

function groupElement(
  name: string,
  repetition: number | undefined,
  children: number,
  annotation?: Annotation,
): ThriftStruct {
  return fieldsOf([
    [ELEMENT.repetition, repetition === undefined ? undefined : i32(repetition)],
    [ELEMENT.name, text(name)],
    [ELEMENT.children, i32(children)],
    [ELEMENT.converted, annotation && i32(CONVERTED[annotation])],
    [ELEMENT.logical, annotation && union(LOGICAL[annotation])],
  ]);
}
