import type { Field, Schema, Slot, Type } from '../core/schema.ts';
import { hasTextKeys } from './text-keys.ts';

/**
 * The TypeScript of a module that types the record of a pipeline's transform by its input schema: what is written to
 * `.parquetry/types`. Equal schemas give equal texts.
 */
export function declareInput(schema: Schema): string {
  return `// Generated from the input schema${schema.version === undefined ? '' : `, version ${schema.version}`}. Do not edit.
import type { JsonValue, Timestamp } from 'parquetry';

declare module 'parquetry' {
  interface Register {
    input: ${objectText(schema.fields, '    ')};
  }
}

export type { JsonValue, Timestamp };
`;
}

function objectText(fields: readonly Field[], indent: string): string {
  if (fields.length === 0) return '{}';
  const lines = fields.map((field) => `${indent}  ${JSON.stringify(field.name)}: ${slotText(field, `${indent}  `)};\n`);
  return `{\n${lines.join('')}${indent}}`;
}

function slotText({ type, optional }: Slot, indent: string): string {
  return optional ? `${typeText(type, indent)} | null` : typeText(type, indent);
}

function typeText(type: Type, indent: string): string {
  switch (type.kind) {
    case 'string':
    case 'decimal':
    case 'date':
    case 'time':
    case 'uuid':
      return 'string';
    case 'int64':
    case 'uint64':
      return 'bigint';
    case 'timestamp':
      return type.unit === 'ns' ? 'bigint' : 'Timestamp';
    case 'bool':
      return 'boolean';
    case 'binary':
      return 'Uint8Array';
    case 'json':
      return 'JsonValue';
    case 'list':
      return `Array<${slotText(type.element, indent)}>`;
    case 'struct':
      return objectText(type.fields, indent);
    case 'map': {
      const entry = `${typeText(type.key, indent)}, ${slotText(type.value, indent)}`;
      return hasTextKeys(type.key) ? `Record<${entry}>` : `Map<${entry}>`;
    }
    default:
      return 'number';
  }
}
