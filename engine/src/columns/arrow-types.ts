import * as arrow from 'apache-arrow';
import { ParquetryError } from '../core/errors.ts';
import type { Field, Slot, TimeUnit, Type } from '../core/schema.ts';

/** Key under which Arrow names an extension type; `arrow.json` and `arrow.uuid` are canonical ones. */
const EXTENSION = 'ARROW:extension:name';

const UNITS: Readonly<Record<TimeUnit, arrow.TimeUnit>> = {
  ms: arrow.TimeUnit.MILLISECOND,
  us: arrow.TimeUnit.MICROSECOND,
  ns: arrow.TimeUnit.NANOSECOND,
};

/** The Arrow field of a field. `int` becomes int64; json and uuid carry their canonical extension names. */
export function toArrowField(field: Field): arrow.Field {
  const { kind } = field.type;
  const extension = kind === 'json' || kind === 'uuid' ? new Map([[EXTENSION, `arrow.${kind}`]]) : undefined;
  return new arrow.Field(field.name, toArrowType(field.type), field.optional, extension);
}

export function toArrowType(type: Type): arrow.DataType {
  switch (type.kind) {
    case 'list':
      return new arrow.List(toArrowField({ name: 'element', ...type.element }));
    case 'struct':
      return new arrow.Struct(type.fields.map(toArrowField));
    case 'map':
      return mapType(type.key, type.value);
    case 'decimal':
      return new arrow.Decimal(type.scale, type.precision, 128);
    case 'timestamp':
      return new arrow.Timestamp(UNITS[type.unit], type.utc ? 'UTC' : null);
    default:
      return plainTypes[type.kind]();
  }
}

function mapType(key: Type, value: Slot): arrow.DataType {
  const entry = [toArrowField({ name: 'key', type: key, optional: false }), toArrowField({ name: 'value', ...value })];
  return new arrow.Map_(
    new arrow.Field('entries', new arrow.Struct<{ key: arrow.DataType; value: arrow.DataType }>(entry), false),
  );
}

const plainTypes = {
  int: () => new arrow.Int64(),
  int8: () => new arrow.Int8(),
  int16: () => new arrow.Int16(),
  int32: () => new arrow.Int32(),
  int64: () => new arrow.Int64(),
  uint8: () => new arrow.Uint8(),
  uint16: () => new arrow.Uint16(),
  uint32: () => new arrow.Uint32(),
  uint64: () => new arrow.Uint64(),
  float: () => new arrow.Float32(),
  double: () => new arrow.Float64(),
  string: () => new arrow.Utf8(),
  json: () => new arrow.Utf8(),
  binary: () => new arrow.Binary(),
  bool: () => new arrow.Bool(),
  date: () => new arrow.DateDay(),
  time: () => new arrow.TimeMicrosecond(),
  uuid: () => new arrow.FixedSizeBinary(16),
} satisfies Record<string, () => arrow.DataType>;

/** The field of an Arrow field. Throws E_SCHEMA for Arrow types that have no counterpart (unions, dictionaries, large types, …). */
export function fromArrowField(field: arrow.Field): Field {
  const extension = field.metadata.get(EXTENSION);
  if (extension === 'arrow.json') return { name: field.name, type: { kind: 'json' }, optional: field.nullable };
  return { name: field.name, type: fromArrowType(field.type, field.name), optional: field.nullable };
}

function fromArrowType(type: arrow.DataType, name: string): Type {
  if (arrow.DataType.isList(type)) return { kind: 'list', element: slotOf(type.valueField) };
  if (arrow.DataType.isStruct(type)) return { kind: 'struct', fields: type.children.map(fromArrowField) };
  if (arrow.DataType.isMap(type)) {
    const [key, value] = (type.children[0]!.type as arrow.Struct).children as [arrow.Field, arrow.Field];
    return { kind: 'map', key: fromArrowField(key).type, value: slotOf(value) };
  }
  if (arrow.DataType.isDecimal(type) && type.bitWidth === 128) {
    return { kind: 'decimal', precision: type.precision, scale: type.scale };
  }
  if (arrow.DataType.isTimestamp(type)) return fromTimestamp(type, name);
  const plain = Object.entries(plainTypes).find(([, make]) => make().toString() === type.toString());
  if (plain && plain[0] !== 'int' && plain[0] !== 'json') return { kind: plain[0] as keyof typeof plainTypes };
  if (type.toString() === 'Int64') return { kind: 'int64' };
  throw unsupported(type, name);
}

function fromTimestamp(type: arrow.Timestamp, name: string): Type {
  const unit = (Object.keys(UNITS) as TimeUnit[]).find((key) => UNITS[key] === type.unit);
  if (unit === undefined) throw unsupported(type, name);
  return { kind: 'timestamp', unit, utc: Boolean(type.timezone) };
}

function slotOf(field: arrow.Field): Slot {
  const { type, optional } = fromArrowField(field);
  return { type, optional };
}

function unsupported(type: arrow.DataType, name: string): ParquetryError {
  return new ParquetryError('E_SCHEMA', `Arrow field ${name} must have a type that Parquetry knows, got ${type}`, {
    hint: 'Cast the column where the data is written, or leave it out.',
  });
}
