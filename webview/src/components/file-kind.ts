/** What can be done with a file, by its name: Parquet has a page, what is packed is read as a sample, the rest is text. */
export type FileKind = 'parquet' | 'packed' | 'text';

/** As people name them; the engine looks at the bytes. */
export function kindOf(file: string): FileKind {
  if (/\.(parquet|parq|pqt)$/i.test(file)) return 'parquet';
  return /\.(gz|zst|zip|br|bz2|xz|lz4|snappy|tar|tgz|avro|orc)$/i.test(file) ? 'packed' : 'text';
}
