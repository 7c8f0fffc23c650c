import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { Schema } from '../core/schema.ts';
import { formatType, parseType } from '../core/schema-text.ts';

/**
 * Refuses an output that is no schema, has no fields, or has types that do not exist, as plain JavaScript or casts can
 * make them. Throws E_TRANSFORM.
 */
export function checkOutput(output: unknown, file: string): asserts output is Schema {
  if (!isSchemaLike(output)) {
    throw refused(file, 'output must be what t.row returns', 'Add output: t.row({ … }): it is the contract.');
  }
  if (output.fields.length === 0) throw refused(file, 'output must have at least one field', 'Name a field in t.row.');
  for (const { name, type } of output.fields) {
    try {
      parseType(formatType(type));
    } catch (cause) {
      const { message, hint } = asParquetryError(cause);
      throw refused(
        file,
        `output field ${name} must have a type made by t: ${message}`,
        hint ?? 'Write t.int() or so.',
      );
    }
  }
}

function isSchemaLike(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && 'fields' in value && Array.isArray(value.fields);
}

function refused(file: string, rule: string, hint: string): ParquetryError {
  return new ParquetryError('E_TRANSFORM', `${file}: ${rule}`, { hint, file });
}
