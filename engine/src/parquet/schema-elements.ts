import type { Field, Slot } from '../core/schema.ts';
import { ELEMENT, fieldsOf, i32, list, PHYSICAL, REPETITION, text } from './metadata.ts';
import { CONVERTED, type LeafType, LOGICAL, type StoredType, storedTypeOf, union } from './stored-type.ts';
import type { ThriftStruct, ThriftValue } from './thrift.ts';

/** A column of a file: a slot without children, under its path. */
export interface Leaf {
  readonly path: readonly string[];
  /** The path as metadata holds it. */
  readonly pathText: ThriftValue;
  readonly type: LeafType;
  readonly stored: StoredType;
}

/** The name of a column in settings and reports: `id`, `actor.login`, `tags.list.element`. */
export function columnName({ path }: Pick<Leaf, 'path'>): string {
  return path.join('.');
}

/** The schema of a file, depth first as the format wants it, and its columns in the same order. */
export interface StoredSchema {
  readonly elements: readonly ThriftStruct[];
  readonly leaves: readonly Leaf[];
}

/**
 * The schema elements of `fields`, by the format's own rules for nesting:
 *
 *   list: group name (LIST) { repeated group list { <slot> element } }
 *   map:  group name (MAP)  { repeated group key_value { required <type> key; <slot> value } }
 */
export function storedSchema(fields: readonly Field[]): StoredSchema {
  const elements: ThriftStruct[] = [element('schema', undefined, { children: fields.length })];
  const leaves: Leaf[] = [];
  for (const field of fields) addSlot(field, field.name, []);
  return { elements, leaves };

  function addSlot(slot: Slot, name: string, parents: readonly string[]): void {
    const { type } = slot;
    const repetition = slot.optional ? REPETITION.OPTIONAL : REPETITION.REQUIRED;
    const path = [...parents, name];
    switch (type.kind) {
      case 'struct':
        elements.push(element(name, repetition, { children: type.fields.length }));
        for (const field of type.fields) addSlot(field, field.name, path);
        return;
      case 'list':
        elements.push(element(name, repetition, { children: 1, ...annotation('LIST') }));
        elements.push(element('list', REPETITION.REPEATED, { children: 1 }));
        addSlot(type.element, 'element', [...path, 'list']);
        return;
      case 'map':
        elements.push(element(name, repetition, { children: 1, ...annotation('MAP') }));
        elements.push(element('key_value', REPETITION.REPEATED, { children: 2 }));
        addSlot({ type: type.key, optional: false }, 'key', [...path, 'key_value']);
        addSlot(type.value, 'value', [...path, 'key_value']);
        return;
      default: {
        const stored = storedTypeOf(type);
        elements.push(element(name, repetition, stored));
        leaves.push({ path, pathText: list('binary', path.map(text)), type, stored });
      }
    }
  }
}

function annotation(kind: 'LIST' | 'MAP'): Pick<StoredType, 'logical' | 'converted'> {
  return { logical: union(LOGICAL[kind]), converted: CONVERTED[kind] };
}

function element(name: string, repetition: number | undefined, about: Partial<StoredType> & { children?: number }) {
  const optional = (value: number | undefined) => (value === undefined ? undefined : i32(value));
  return fieldsOf([
    [ELEMENT.type, about.physical && i32(PHYSICAL[about.physical])],
    [ELEMENT.typeLength, optional(about.typeLength)],
    [ELEMENT.repetition, optional(repetition)],
    [ELEMENT.name, text(name)],
    [ELEMENT.children, optional(about.children)],
    [ELEMENT.converted, optional(about.converted)],
    [ELEMENT.scale, optional(about.scale)],
    [ELEMENT.precision, optional(about.precision)],
    [ELEMENT.logical, about.logical],
  ]);
}
