import type { ParquetOptions } from './options.ts';

/** Whether any column is compressed with lz4, which the kernel lacks: such files are written by parquet-wasm. */
export function usesLz4({ compression, columns }: ParquetOptions): boolean {
  return compression === 'lz4' || Object.values(columns).some((column) => column.compression === 'lz4');
}
