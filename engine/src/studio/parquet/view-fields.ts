import type { Field } from '../../core/schema.ts';
import { type Stored, type StoredField, type StoredSlot, typeOfStored } from '../../parquet/stored-fields.ts';

/** A top-level column as it is shown. */
export interface ViewField extends Field {
  readonly stored: StoredField;
}

/** INT96 counts nanoseconds: a viewer shows them. */
export const INT96_UNIT = 'ns';

/**
 * The columns of a file in our types. A value whose annotation we have no type for (a decimal of 40 digits) is shown as the bytes
 * or integers that it is; only groups without columns are left out.
 */
export function viewFields(stored: readonly StoredField[]): ViewField[] {
  return stored.flatMap((field) => {
    const bare: StoredField = { ...field, ...viewable(field) };
    const type = typeOfStored(bare.stored, INT96_UNIT);
    return type ? [{ name: field.name, optional: field.optional, type, stored: bare }] : [];
  });
}

function viewable(slot: StoredSlot): StoredSlot {
  return { optional: slot.optional, stored: viewableStored(slot.stored) };
}

function viewableStored(stored: Stored): Stored {
  switch (stored.kind) {
    case 'scalar': {
      if (typeOfStored(stored)) return stored;
      const element = { ...stored.element, logical: undefined, converted: undefined, precision: 0, scale: 0 };
      return { ...stored, element };
    }
    case 'struct':
      return { kind: 'struct', fields: viewFields(stored.fields).map((field) => field.stored) };
    case 'list':
      return { kind: 'list', element: viewable(stored.element) };
    case 'map':
      return { kind: 'map', key: viewable(stored.key), value: viewable(stored.value) };
  }
}
