import { type Data, DataType, type Field, type Vector } from 'apache-arrow';
import { bitAt, bytesAt, isBytes, isUuid, scalarText, textStart } from './scalar-text.ts';

/** Text that is made piece by piece and ends early: of a list of a million elements a screen shows fifty. */
interface Draft {
  text: string;
  readonly maxChars: number;
}

/**
 * Compact JSON of a cell, the same as the engine writes to NDJSON: integers and decimals with all their digits, dates, times and uuids
 * as strings, binary as base64, json as it is. Ends soon after `maxChars`, and is no JSON then.
 */
export function cellJson(data: Data, field: Field, row: number, maxChars = Number.POSITIVE_INFINITY): string {
  const draft: Draft = { text: '', maxChars };
  write(draft, data, field, row);
  return draft.text;
}

/** Whether the field holds JSON as text. */
export function isJson(field: Field): boolean {
  return field.metadata.get('ARROW:extension:name') === 'arrow.json';
}

/** Whether a cell is null. */
export function isNullAt(data: Data, row: number): boolean {
  if (DataType.isNull(data.type)) return true;
  return data.nullCount > 0 && !bitAt(data.nullBitmap, data.offset + row);
}

/** Lists, structs and maps; dictionaries are what they hold. */
export function isNested(type: DataType): boolean {
  return DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isStruct(type) || DataType.isMap(type);
}

/** Where the value of a cell lies: of a dictionary, in its values. */
export function resolved(data: Data, row: number): readonly [data: Data, row: number] {
  if (!DataType.isDictionary(data.type)) return [data, row];
  const values = data.dictionary as Vector;
  let at = Number((data.values as ArrayLike<number | bigint>)[row]);
  for (const chunk of values.data) {
    if (at < chunk.length) return resolved(chunk, at);
    at -= chunk.length;
  }
  throw new RangeError(`a dictionary of ${values.length} has no value ${at}`);
}

function write(draft: Draft, cell: Data, field: Field, at: number): void {
  if (isNullAt(cell, at)) {
    draft.text += 'null';
    return;
  }
  const [data, row] = resolved(cell, at);
  const type: DataType = data.type;
  if (DataType.isStruct(type)) writeStruct(draft, data, type.children, row);
  else if (DataType.isMap(type)) writeMap(draft, data, type.children[0]!, row);
  else if (DataType.isList(type) || DataType.isFixedSizeList(type)) writeList(draft, data, type.children[0]!, row);
  else if (isJson(field)) draft.text += oneLine(limited(draft, data, row));
  else if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) draft.text += JSON.stringify(limited(draft, data, row));
  else draft.text += plainText(data, row);
}

function limited(draft: Draft, data: Data, row: number): string {
  return draft.maxChars < 1e6 ? textStart(bytesAt(data, row), draft.maxChars) : scalarText(data, row);
}

function plainText(data: Data, row: number): string {
  const text = scalarText(data, row);
  const { type } = data;
  if (DataType.isFloat(type)) return /^-?(Infinity|NaN)$/.test(text) ? `"${text}"` : text;
  const isQuoted = isBytes(type) || isUuid(type) || DataType.isDate(type) || DataType.isTime(type);
  return isQuoted || DataType.isTimestamp(type) ? `"${text}"` : text;
}

function writeStruct(draft: Draft, data: Data, fields: readonly Field[], row: number): void {
  draft.text += '{';
  for (let i = 0; i < fields.length && draft.text.length <= draft.maxChars; i++) {
    draft.text += `${i > 0 ? ',' : ''}${JSON.stringify(fields[i]!.name)}:`;
    write(draft, data.children[i]!, fields[i]!, row);
  }
  draft.text += '}';
}

/** A map as an object; keys that are not strings by their canonical text. */
function writeMap(draft: Draft, data: Data, entries: Field, row: number): void {
  const { children } = data.children[0]!;
  const valueField = (entries.type as DataType).children[1] as Field;
  draft.text += '{';
  const [start, end] = extent(data, row);
  for (let i = start; i < end && draft.text.length <= draft.maxChars; i++) {
    draft.text += `${i > start ? ',' : ''}${JSON.stringify(scalarText(...resolved(children[0]!, i)))}:`;
    write(draft, children[1]!, valueField, i);
  }
  draft.text += '}';
}

function writeList(draft: Draft, data: Data, element: Field, row: number): void {
  draft.text += '[';
  const [start, end] = extent(data, row);
  for (let i = start; i < end && draft.text.length <= draft.maxChars; i++) {
    if (i > start) draft.text += ',';
    write(draft, data.children[0]!, element, i);
  }
  draft.text += ']';
}

/** Elements of a list or map, or of a list of a fixed size. */
function extent(data: Data, row: number): readonly [start: number, end: number] {
  const type: DataType = data.type;
  if (DataType.isFixedSizeList(type)) return [row * type.listSize, (row + 1) * type.listSize];
  const offsets = data.valueOffsets as ArrayLike<number | bigint>;
  return [Number(offsets[row]), Number(offsets[row + 1])];
}

/** Line breaks can only be insignificant white space: JSON strings hold none unescaped. */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1') : json;
}
