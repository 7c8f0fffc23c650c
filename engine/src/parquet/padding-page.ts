import { physicalOf } from './excerpt-elements.ts';
import { bool, fieldsOf, i32, type PHYSICAL, struct } from './metadata.ts';
import { PAGE, PAGE_V2 } from './page-runs.ts';
import type { StoredScalar } from './stored-fields.ts';
import { writeStruct } from './thrift-writer.ts';

const PAGE_TYPE = 1;
const DATA_PAGE_V2 = 3;
const ROWS = 3;
const ENCODING = { PLAIN: 0, RLE_DICTIONARY: 8 } as const;
const BYTES_A_VALUE = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8, BYTE_ARRAY: 4 } as const;

/**
 * A data page of `rows` rows that hold nothing: nulls, empty lists, or zeros where a value must be. It stands for rows that
 * nobody will look at, so that the columns of an excerpt have equally many though their pages end at different rows.
 */
export function paddingPage(rows: number, { element, levels }: StoredScalar, hasDictionary: boolean): Uint8Array {
  const repetition = levels.maxRepetition > 0 ? zeroRun(rows) : NOTHING;
  const definition = levels.maxDefinition > 0 ? zeroRun(rows) : NOTHING;
  const isNull = levels.maxDefinition > 0;
  const values = isNull ? NOTHING : zeros(rows, physicalOf(element), hasDictionary);
  const size = repetition.length + definition.length + values.length;
  const page = fieldsOf([
    [PAGE.values, i32(rows)],
    [PAGE_V2.nulls, i32(isNull ? rows : 0)],
    [ROWS, i32(rows)],
    [PAGE_V2.encoding, i32(hasDictionary && !isNull ? ENCODING.RLE_DICTIONARY : ENCODING.PLAIN)],
    [PAGE_V2.definitionBytes, i32(definition.length)],
    [PAGE_V2.repetitionBytes, i32(repetition.length)],
    [PAGE_V2.isCompressed, bool(false)],
  ]);
  const header = fieldsOf([
    [PAGE_TYPE, i32(DATA_PAGE_V2)],
    [PAGE.uncompressedBytes, i32(size)],
    [PAGE.compressedBytes, i32(size)],
    [PAGE.dataV2, struct(page)],
  ]);
  return new Uint8Array(Buffer.concat([writeStruct(header), repetition, definition, values]));
}

const NOTHING = new Uint8Array(0);

/** A run of zeros: varint(count << 1), then the value in as many bytes as its width takes, which for levels is one. */
function zeroRun(count: number): Uint8Array {
  const bytes: number[] = [];
  for (let head = count * 2; ; head = Math.floor(head / 128)) {
    if (head < 128) return Uint8Array.from([...bytes, head, 0]);
    bytes.push((head & 127) | 128);
  }
}

/** Zeros as PLAIN has them; where there is a dictionary, its first entry again and again takes next to nothing. */
function zeros(
  count: number,
  { physical, typeLength }: { physical: keyof typeof PHYSICAL; typeLength: number },
  hasDictionary: boolean,
): Uint8Array {
  if (hasDictionary) return Uint8Array.from([1, ...zeroRun(count)]);
  if (physical === 'BOOLEAN') return new Uint8Array((count + 7) >> 3);
  return new Uint8Array(count * (physical === 'FIXED_LEN_BYTE_ARRAY' ? typeLength : BYTES_A_VALUE[physical]));
}
