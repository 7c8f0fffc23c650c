import { ParquetryError } from '../core/errors.ts';
import { CHUNK, FILE, ROW_GROUP, structsAt } from './metadata.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct, readStructApart } from './thrift-reader.ts';

/** Bytes by range: a file, an object, memory. What hyparquet calls an AsyncBuffer. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes [start, end). */
  slice(start: number, end: number): Promise<ArrayBuffer>;
  /** Fills `target` with the bytes from `start` on, where a source can do so without a buffer in between. E_INTEGRITY if it ends before. */
  read?(target: Uint8Array, start: number): Promise<void>;
}

/** The metadata of a file, and the bytes it was read from. */
export interface FooterRead {
  readonly metadata: ThriftStruct;
  /** The metadata's bytes, its length and the closing magic: a Parquet file as far as metadata goes. */
  readonly tail: Uint8Array;
}

const FIRST_READ_BYTES = 64 * 1024; // holds the metadata of most files, so that one request is enough
const MAX_METADATA_BYTES = 128 * 2 ** 20; // far beyond real files; bounds what foreign bytes can make us hold
const TAIL_BYTES = 8; // length, magic
const SMALLEST_FILE_BYTES = 12; // magic, length, magic
const ENCRYPTION_ALGORITHM = 8; // of FileMetaData: the footer is plain, columns are not

/** Metadata whose row groups were not kept as trees, which take many times their bytes. */
export interface ApartFooter extends FooterRead {
  /** One a row group: the struct as it lies in `tail`. */
  readonly rowGroups: readonly Uint8Array[];
}

/**
 * Reads the metadata at the end of a file, in one or two requests. Throws E_INTEGRITY if it is no Parquet file or damaged,
 * E_ACCESS if it is encrypted.
 */
export async function readFooter(source: ByteSource): Promise<FooterRead> {
  const tail = await readTail(source);
  const { value: metadata } = readStruct(metadataIn(tail));
  checkPlain(metadata);
  for (const group of structsAt(metadata, FILE.rowGroups, 'row_groups')) checkPlainGroup(group);
  return { metadata, tail };
}

/** As `readFooter`, for files of many row groups: of these, `metadata` has none. */
export async function readFooterApart(source: ByteSource): Promise<ApartFooter> {
  const tail = await readTail(source);
  const rowGroups: Uint8Array[] = [];
  const see = (group: ThriftStruct, bytes: Uint8Array) => {
    checkPlainGroup(group);
    rowGroups.push(bytes);
  };
  const metadata = readStructApart(metadataIn(tail), { id: FILE.rowGroups, see });
  checkPlain(metadata);
  structsAt(metadata, FILE.rowGroups, 'row_groups');
  return { metadata, tail, rowGroups };
}

async function readTail(source: ByteSource): Promise<Uint8Array> {
  const { byteLength } = source;
  if (byteLength < SMALLEST_FILE_BYTES) {
    throw refused(`a Parquet file must have at least ${SMALLEST_FILE_BYTES} bytes, got ${byteLength}`);
  }
  const first = await lastBytes(source, Math.min(FIRST_READ_BYTES, byteLength));
  checkMagic(first);
  const length = new DataView(first.buffer).getUint32(first.length - TAIL_BYTES, true);
  if (length > Math.min(byteLength - SMALLEST_FILE_BYTES, MAX_METADATA_BYTES)) {
    throw refused(`Parquet metadata must fit the file of ${byteLength} bytes, got a length of ${length}`);
  }
  const size = length + TAIL_BYTES;
  return size <= first.length ? first.subarray(first.length - size) : await lastBytes(source, size);
}

function metadataIn(tail: Uint8Array): Uint8Array {
  return tail.subarray(0, tail.length - TAIL_BYTES);
}

async function lastBytes(source: ByteSource, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await source.slice(source.byteLength - size, source.byteLength));
  if (bytes.length !== size) throw refused(`the source must give ${size} bytes, got ${bytes.length}`);
  return bytes;
}

function checkMagic(tail: Uint8Array): void {
  const magic = Buffer.from(tail.subarray(-4)).toString('latin1');
  if (magic === 'PARE') throw encrypted();
  if (magic !== 'PAR1') throw refused(`a Parquet file must end in "PAR1", got ${JSON.stringify(magic)}`);
}

function checkPlain(metadata: ThriftStruct): void {
  if (metadata.has(ENCRYPTION_ALGORITHM)) throw encrypted();
}

function checkPlainGroup(group: ThriftStruct): void {
  const isHidden = structsAt(group, ROW_GROUP.columns, 'columns').some((chunk) => chunk.has(CHUNK.crypto));
  if (isHidden) throw encrypted();
}

function encrypted(): ParquetryError {
  return new ParquetryError('E_ACCESS', 'a Parquet file must be unencrypted to be read, got modular encryption', {
    hint: 'Decrypt it with the engine that holds its keys.',
  });
}

function refused(message: string): ParquetryError {
  return new ParquetryError('E_INTEGRITY', message, { hint: 'The file is damaged, cut short or not a Parquet file.' });
}
