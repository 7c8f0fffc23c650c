import { ParquetryError } from '../core/errors.ts';
import type { Physical } from './metadata.ts';
import { numberAt } from './metadata.ts';
import type { ThriftStruct } from './thrift.ts';

/** Field ids of PageHeader; `values` is that of all page headers within. */
export const PAGE = {
  uncompressedBytes: 2,
  compressedBytes: 3,
  crc: 4,
  data: 5,
  dictionary: 7,
  dataV2: 8,
  values: 1,
} as const;
const ENCODING_V1 = 2;
/** Field ids of DataPageHeaderV2. */
export const PAGE_V2 = { nulls: 2, encoding: 4, definitionBytes: 5, repetitionBytes: 6, isCompressed: 7 } as const;
const ENCODING = { PLAIN_DICTIONARY: 2, RLE: 3, DELTA_BINARY_PACKED: 5, RLE_DICTIONARY: 8 } as const;

/** What of a column's place in the schema decides how its pages are laid out. */
export interface Levels {
  readonly maxDefinition: number;
  readonly maxRepetition: number;
  readonly physical: Physical;
}

/** The body of a data page of version 2: levels as they are, then values, compressed or not. */
interface BodyV2 {
  readonly body: Uint8Array;
  readonly size: number;
  decompress(bytes: Uint8Array, length: number): Uint8Array;
}

const MAX_RUN = 2 ** 24;
const MAX_MINIBLOCKS = 2 ** 12; // writers use 4

/** Levels with a length before each, then values. Throws E_INTEGRITY if a run claims more than a page can hold. */
export function checkDataPageV1(header: ThriftStruct, page: Uint8Array, levels: Levels): void {
  const values = numberAt(header, PAGE.values, 'num_values') ?? 0;
  let at = 0;
  for (const max of [levels.maxRepetition, levels.maxDefinition]) {
    if (max > 0) at = checkPrefixedRuns(page, at, { width: widthOf(max), values });
  }
  checkValues(page.subarray(at), { encoding: numberAt(header, ENCODING_V1, 'encoding'), values, levels });
}

/** As `checkDataPageV1`; the lengths of the levels are in the header. */
export function checkDataPageV2(header: ThriftStruct, { body, size, decompress }: BodyV2, levels: Levels): void {
  const count = numberAt(header, PAGE.values, 'num_values') ?? 0;
  const repetitionBytes = numberAt(header, PAGE_V2.repetitionBytes, 'repetition_levels_byte_length') ?? 0;
  const definitionBytes = numberAt(header, PAGE_V2.definitionBytes, 'definition_levels_byte_length') ?? 0;
  const start = repetitionBytes + definitionBytes;
  if (repetitionBytes < 0 || definitionBytes < 0 || start > Math.min(body.length, size)) throw broken('levels', start);
  const { maxRepetition, maxDefinition } = levels;
  if (maxRepetition > 0) checkRuns(body, { width: widthOf(maxRepetition), values: count });
  if (maxDefinition > 0) checkRuns(body.subarray(repetitionBytes), { width: widthOf(maxDefinition), values: count });
  const isCompressed = header.get(PAGE_V2.isCompressed);
  const plain = isCompressed?.kind === 'bool' && !isCompressed.value;
  const page = plain ? body.subarray(start) : decompress(body.subarray(start), size - start);
  const values = count - (numberAt(header, PAGE_V2.nulls, 'num_nulls') ?? 0);
  if (values < 0) throw broken('values', values);
  checkValues(page, { encoding: numberAt(header, PAGE_V2.encoding, 'encoding'), values, levels });
}

interface Values {
  readonly encoding: number | undefined;
  readonly values: number;
  readonly levels: Levels;
}

function checkValues(page: Uint8Array, { encoding, values, levels }: Values): void {
  switch (encoding) {
    case ENCODING.PLAIN_DICTIONARY:
    case ENCODING.RLE_DICTIONARY:
      if ((page[0] ?? 0) > 32) throw broken('a bit width up to 32', page[0]!);
      checkIndexes(page.subarray(1), { width: page[0] ?? 0, values });
      break;
    case ENCODING.RLE:
      if (levels.physical === 'BOOLEAN' && page.length >= 4) checkPrefixedRuns(page, 0, { width: 1, values });
      break;
    case ENCODING.DELTA_BINARY_PACKED: {
      const [, at] = varint(page, 0);
      const [miniblocks] = varint(page, at);
      if (miniblocks > MAX_MINIBLOCKS) throw broken('delta blocks', miniblocks);
    }
  }
}

/** A dictionary of one value needs no bits, a page of nulls alone no indexes. */
function checkIndexes(bytes: Uint8Array, runs: Runs): void {
  if (runs.values > 0 && runs.width > 0 && bytes.length > 0) checkRuns(bytes, runs);
}

interface Runs {
  /** Bits a value. */
  readonly width: number;
  readonly values: number;
}

function checkPrefixedRuns(bytes: Uint8Array, at: number, runs: Runs): number {
  if (at + 4 > bytes.length) throw broken('a length', bytes.length);
  const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
  if (length > bytes.length - at - 4) throw broken('runs within the page', length);
  checkRuns(bytes.subarray(at + 4), runs);
  return at + 4 + length;
}

/** run = varint(count << 1) value | varint(groups << 1 | 1) groups × 8 values, bit-packed */
function checkRuns(bytes: Uint8Array, { width, values }: Runs): void {
  let at = 0;
  for (let seen = 0; seen < values && at < bytes.length; ) {
    const [head, next] = varint(bytes, at);
    const packed = (head & 1) === 1;
    const count = packed ? Math.floor(head / 2) * 8 : Math.floor(head / 2);
    if (count > MAX_RUN) throw broken('runs within a page', count);
    seen += count;
    at = next + (packed ? (count / 8) * width : (width + 7) >> 3);
  }
}

function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
    const byte = bytes[at++];
    if (byte === undefined) break;
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
  }
  throw broken('an integer', at);
}

function widthOf(maxLevel: number): number {
  return 32 - Math.clz32(maxLevel);
}

function broken(wanted: string, got: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet page must hold ${wanted}, got ${got}`, {
    hint: 'The file is damaged; the metadata can be read without rows.',
  });
}
