import type { Slot, Type } from '../../../engine/src/core/schema.ts';
import { parseSlot } from '../../../engine/src/core/schema-text.ts';
import type { UserCode } from './dataset.ts';

/**
 * The text of a `transform.ts`. As it is, the engine may see which columns `map` only hands on. `hidden`: `map` gives its record
 * away to another function, so nothing of the kind can be known.
 */
export function transformText({ imports, setup = '', output, map }: UserCode, { hidden }: { hidden: boolean }): string {
  const names = ['defineTransform', 't', ...imports].join(', ');
  const slots = Object.entries(output).map(([name, text]) => `${JSON.stringify(name)}: ${slotCode(parseSlot(text))},`);
  return `import { ${names} } from 'parquetry';
${setup}
${hidden ? `const rowOf = ${map};` : ''}
export default defineTransform({
  output: t.row({ ${slots.join(' ')} }),
  map: ${hidden ? '(record) => rowOf(record)' : map},
});
`;
}

function slotCode({ type, optional }: Slot): string {
  return `${typeCode(type)}${optional ? '.optional()' : ''}`;
}

function typeCode(type: Type): string {
  switch (type.kind) {
    case 'decimal':
      return `t.decimal(${type.precision}, ${type.scale})`;
    case 'timestamp':
      return `t.timestamp(${JSON.stringify(type.unit)}, { utc: ${type.utc} })`;
    case 'list':
      return `t.list(${slotCode(type.element)})`;
    case 'map':
      return `t.map(${typeCode(type.key)}, ${slotCode(type.value)})`;
    case 'struct':
      return `t.struct({ ${type.fields.map((field) => `${JSON.stringify(field.name)}: ${slotCode(field)}`).join(', ')} })`;
    default:
      return `t.${type.kind}()`;
  }
}
