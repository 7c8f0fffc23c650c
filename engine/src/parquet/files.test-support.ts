import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ByteSource } from './footer-reader.ts';
import { CHUNK, FILE, list, ROW_GROUP, struct, structsAt } from './metadata.ts';
import { changed } from './shift.ts';
import { readStruct } from './thrift-reader.ts';
import { writeStruct } from './thrift-writer.ts';

/** Bytes in memory as a source, which counts what is asked of it. */
export function bytesSource(bytes: Uint8Array): ByteSource & { readBytes: number } {
  const { buffer, byteOffset, byteLength } = bytes;
  const source = {
    byteLength,
    readBytes: 0,
    async slice(start: number, end: number) {
      source.readBytes += end - start;
      return buffer.slice(byteOffset + start, byteOffset + Math.min(end, byteLength)) as ArrayBuffer;
    },
  };
  return source;
}

/** The rows of a query as DuckDB writes them: optional columns, row groups of at least 2,048 rows, one page a column, no page index. */
export async function duckdbFile(query: string, options = 'ROW_GROUP_SIZE 122880'): Promise<Uint8Array> {
  return withDuckdb(async (connection, file) => {
    await connection.run(`SET TimeZone = 'UTC'; COPY (${query}) TO '${file}' (FORMAT parquet, ${options})`);
    return readFile(file);
  });
}

/** Rows of a query in which `FILE` stands for the file. */
export async function duckdbRows(bytes: Uint8Array, query: string): Promise<Record<string, unknown>[]> {
  return withDuckdb(async (connection, file) => {
    await writeFile(file, bytes);
    const result = await connection.runAndReadAll(query.replaceAll('FILE', `'${file}'`));
    return result.getRowObjects();
  });
}

async function withDuckdb<Result>(
  work: (connection: DuckDBConnection, file: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parquetry-files-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await work(connection, path.join(folder, 'rows.parquet'));
  } finally {
    connection.closeSync();
    await rm(folder, { recursive: true });
  }
}

/** The same file without its page indexes, as most writers leave it. */
export function withoutIndexes(file: Uint8Array): Uint8Array {
  const end = file.length - 8;
  const start = end - new DataView(file.buffer, file.byteOffset).getUint32(end, true);
  const { value: metadata } = readStruct(file.subarray(start, end));
  const groups = structsAt(metadata, FILE.rowGroups, 'row_groups').map((group) => {
    const chunks = structsAt(group, ROW_GROUP.columns, 'columns').map((chunk) => {
      const kept = [...chunk].filter(([id]) => id < CHUNK.offsetIndexOffset || id > CHUNK.columnIndexLength);
      return struct(new Map(kept));
    });
    return struct(changed(group, ROW_GROUP.columns, list('struct', chunks)));
  });
  const footer = writeStruct(changed(metadata, FILE.rowGroups, list('struct', groups)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([file.subarray(0, start), footer, length, Buffer.from('PAR1')]);
}
