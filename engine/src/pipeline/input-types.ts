import type { Field, Schema, Slot, Type } from '../core/schema.ts';
import { formatName, formatSlot } from '../core/schema-text.ts';
import { hasTextKeys } from '../transforms/text-keys.ts';

export interface InputTypesOptions {
  /** The scanner keeps unknown keys in `_rest`. */
  readonly rest: boolean;
}

/** The text of `input.d.ts`: tells the compiler what a record of the pipeline is, field by field with its schema type. */
export function formatInputTypes(schema: Schema, options: InputTypesOptions): string {
  const version = schema.version === undefined ? '' : `, version ${schema.version}`;
  const members = structMembers(schema.fields, '      ');
  if (options.rest) {
    members.push(
      '      /** Keys that the schema does not know. */',
      '      _rest: { [key: string]: JsonValue } | null;',
    );
  }
  return [
    `// Generated from the input schema${version}. Do not edit; \`parquetry infer\` writes it anew.`,
    "import type { JsonValue, Timestamp } from 'parquetry';",
    '',
    "declare module 'parquetry' {",
    '  interface Register {',
    '    input: {',
    ...members,
    '    };',
    '  }',
    '}',
    '',
  ].join('\n');
}

function structMembers(fields: readonly Field[], indent: string): string[] {
  return fields.flatMap((field) => [
    `${indent}/** ${describe(field)} */`,
    `${indent}${formatName(field.name)}: ${slotType(field, indent)};`,
  ]);
}

/** Structs show their own fields; "*" and "/" side by side would end the comment. */
function describe(slot: Slot): string {
  const text = slot.type.kind === 'struct' ? `struct${slot.optional ? '?' : ''}` : formatSlot(slot);
  return `\`${text.replaceAll('*/', '*\\/')}\``;
}

function slotType(slot: Slot, indent: string): string {
  const type = valueType(slot.type, indent);
  return slot.optional && slot.type.kind !== 'json' ? `${type} | null` : type;
}

/** What a value is in JavaScript; what transforms/rows makes. */
function valueType(type: Type, indent: string): string {
  switch (type.kind) {
    case 'int64':
    case 'uint64':
      return 'bigint';
    case 'timestamp':
      return type.unit === 'ns' ? 'bigint' : 'Timestamp';
    case 'string':
    case 'decimal':
    case 'date':
    case 'time':
    case 'uuid':
      return 'string';
    case 'binary':
      return 'Uint8Array';
    case 'bool':
      return 'boolean';
    case 'json':
      return 'JsonValue'; // null among it
    case 'list':
      return `Array<${slotType(type.element, indent)}>`;
    case 'struct':
      return type.fields.length === 0 ? '{}' : `{\n${structMembers(type.fields, `${indent}  `).join('\n')}\n${indent}}`;
    case 'map': {
      const [key, value] = [valueType(type.key, indent), slotType(type.value, indent)];
      return hasTextKeys(type.key) ? `{ [key: string]: ${value} }` : `Map<${key}, ${value}>`;
    }
    default:
      return 'number';
  }
}
