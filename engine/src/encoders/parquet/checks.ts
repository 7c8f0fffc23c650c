import { closest } from '../../core/closest.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field, Slot } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import type { Physical } from '../../parquet/metadata.ts';
import { columnName, storedSchema } from '../../parquet/schema-elements.ts';
import { type LeafType, storedTypeOf } from '../../parquet/stored-type.ts';
import { type Codec, type ColumnOptions, ENCODINGS, type EncodingName, type ParquetOptions } from './options.ts';
import { PROFILES, type ReaderProfile } from './profiles.ts';
import { storedFields } from './stored-columns.ts';
import { usesLz4 } from './uses-lz4.ts';

/** What values each encoding takes; parquet-wasm aborts on anything else. */
const ENCODES: Readonly<Record<EncodingName, readonly Physical[]>> = {
  plain: ['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'],
  rle: ['BOOLEAN'],
  delta: ['INT32', 'INT64'],
  'delta-length': ['BYTE_ARRAY'],
  'delta-strings': ['BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'],
  'byte-stream-split': ['INT32', 'INT64', 'FLOAT', 'DOUBLE', 'FIXED_LEN_BYTE_ARRAY'],
};

/** Settings that no schema can make right: a codec or an encoding the reader lacks. Throws E_CONFIG. */
export function checkOptions(options: ParquetOptions): void {
  checkCodec('compression', options.compression, options);
  checkLevel(options);
  if ((options.bloomFilters.length > 0 || options.sortingColumns.length > 0) && usesLz4(options)) {
    throw config(
      'compression must not be lz4 in a file with bloomFilters or sortingColumns, got lz4',
      'Use zstd or snappy.',
    );
  }
  for (const [name, column] of Object.entries(options.columns)) {
    if (column.compression) checkCodec(`columns.${name}.compression`, column.compression, options);
    const { encodings } = PROFILES[options.reader];
    if (column.encoding && !encodings.has(column.encoding)) {
      const known = [...encodings].join(', ');
      throw config(
        `columns.${name}.encoding must be one that ${options.reader} reads (${known}), got ${column.encoding}`,
      );
    }
  }
}

/**
 * Whether rows of `stored` (the fields as they are stored) can be written and then read by the chosen reader.
 * Throws E_CONFIG naming field, rule and value.
 */
export function checkFields(stored: readonly Field[], options: ParquetOptions): void {
  if (stored.length === 0) throw config('a Parquet file must have at least one column, got none');
  for (const field of stored) checkSlot(field, field.name, options);
  if (!PROFILES[options.reader].caseSensitive) checkNames(stored, options);
  const { leaves } = storedSchema(stored);
  const columns = new Map(leaves.map((leaf) => [columnName(leaf), leaf.type]));
  const listed = Array.isArray(options.dictionary) ? options.dictionary : [];
  for (const name of [...Object.keys(options.columns), ...listed, ...options.bloomFilters]) {
    const type = columns.get(name) ?? unknownColumn(name, stored, [...columns.keys()]);
    checkColumn({ name, type }, options.columns[name], PROFILES[options.reader]);
  }
  for (const name of options.bloomFilters) checkBloomFilter({ name, type: columns.get(name)! });
  const flat = leaves.filter(({ path }) => path.length === 1).map(columnName);
  for (const { column } of options.sortingColumns) if (!flat.includes(column)) unknownColumn(column, stored, flat);
}

/**
 * Encodings that values of a field may have in files for the chosen reader, without the dictionary, which is no setting of
 * `encoding`; none for fields with children.
 */
export function encodingsFor(field: Field, options: ParquetOptions): EncodingName[] {
  const { uuid, encodings, splits } = PROFILES[options.reader];
  const { type } = storedFields([field], { uuid, nanoseconds: options.nanoseconds })[0]!;
  if (type.kind === 'list' || type.kind === 'struct' || type.kind === 'map') return [];
  const { physical } = storedTypeOf(type);
  const encodes = { ...ENCODES, ...(splits && { 'byte-stream-split': splits }) };
  return ENCODINGS.filter((name) => encodings.has(name) && encodes[name].includes(physical));
}

function checkSlot({ type }: Slot, path: string, options: ParquetOptions): void {
  const refusal = PROFILES[options.reader].refuse(type);
  if (refusal) {
    const message = `${path} must have a type that reader ${options.reader} knows, got ${formatType(type)}: ${refusal.reason}`;
    throw config(message, refusal.hint);
  }
  if (type.kind === 'list') checkSlot(type.element, `${path}[]`, options);
  if (type.kind === 'map') {
    checkSlot({ type: type.key, optional: false }, `${path}{key}`, options);
    checkSlot(type.value, `${path}{}`, options);
  }
  if (type.kind !== 'struct') return;
  if (type.fields.length === 0) {
    throw config(
      `${path} must have at least one field, got struct<>`,
      'Parquet has no empty structs. Add a field or use json.',
    );
  }
  for (const field of type.fields) checkSlot(field, `${path}.${field.name}`, options);
}

function checkNames(fields: readonly Field[], { reader }: ParquetOptions): void {
  const seen = new Map<string, string>();
  for (const { name } of fields) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      const message = `column names must differ in more than case for reader ${reader}, got ${twin} and ${name}`;
      throw config(message, 'Rename one of them.');
    }
    seen.set(name.toLowerCase(), name);
  }
}

/** A column of the file, by its `columnName`. */
interface NamedColumn {
  readonly name: string;
  readonly type: LeafType;
}

function checkColumn({ name, type }: NamedColumn, options: ColumnOptions | undefined, profile: ReaderProfile): void {
  const { physical } = storedTypeOf(type);
  const encoding = options?.encoding;
  const encodes = { ...ENCODES, ...(profile.splits && { 'byte-stream-split': profile.splits }) };
  if (!encoding || encodes[encoding].includes(physical)) return;
  const fitting = Object.entries(encodes).filter(([, types]) => types.includes(physical));
  const known = fitting.map(([candidate]) => candidate).join(', ');
  throw config(`columns.${name}.encoding must be one of ${known} for ${formatType(type)}, got ${encoding}`);
}

function checkBloomFilter({ name, type }: NamedColumn): void {
  if (type.kind === 'bool') throw config(`bloomFilters must be of columns with many values, got ${name}: bool`);
}

function checkCodec(key: string, codec: Codec, { reader }: ParquetOptions): void {
  const { codecs } = PROFILES[reader];
  if (codecs.has(codec)) return;
  throw config(`${key} must be one that ${reader} reads (${[...codecs].join(', ')}), got ${codec}`);
}

const MAX_LEVELS: Readonly<Partial<Record<Codec, number>>> = { zstd: 22, gzip: 9, brotli: 11 };

function checkLevel({ compression, compressionLevel }: ParquetOptions): void {
  if (compressionLevel === undefined) return;
  const max = MAX_LEVELS[compression];
  if (max === undefined) {
    throw config(
      `compressionLevel must be for zstd, gzip or brotli, got ${compression}`,
      'Leave it out, or set compression.',
    );
  }
  if (compressionLevel > max)
    throw config(`compressionLevel must be at most ${max} for ${compression}, got ${compressionLevel}`);
}

/** `names`: those that could have been meant. */
function unknownColumn(name: string, stored: readonly Field[], names: readonly string[]): never {
  const group = stored.find((field) => field.name === name);
  if (group) {
    const below = names.filter((column) => column.startsWith(`${name}.`));
    const got = formatType(group.type);
    throw config(
      `settings of column ${name} must be for a column without children, got ${got}`,
      below.length > 0 ? `Its columns are ${below.join(', ')}.` : undefined,
    );
  }
  const near = closest(name, names);
  throw config(
    `settings must name a column of the output, got ${name}`,
    near ? `Did you mean "${near}"?` : `The columns are ${names.join(', ')}.`,
    { unknownField: name, near },
  );
}

function config(message: string, hint?: string, details?: Record<string, unknown>): ParquetryError {
  return new ParquetryError('E_CONFIG', message, { hint, details });
}
