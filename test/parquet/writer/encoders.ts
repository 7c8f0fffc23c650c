import type { Encoder } from '../../../engine/src/columns/encoder.ts';
import { KernelParquetEncoder } from '../../../engine/src/encoders/parquet/kernel/encoder.ts';
import { CODECS, type Codec, parquetOptions } from '../../../engine/src/encoders/parquet/options.ts';
import { usesLz4 } from '../../../engine/src/encoders/parquet/uses-lz4.ts';
import { ParquetEncoder } from '../../../engine/src/encoders/parquet/writer.ts';

/** An encoder of Parquet files, made from settings as they stand in a pipeline file. */
export interface Subject {
  readonly name: string;
  /** Those it packs pages with. */
  readonly codecs: readonly Codec[];
  create(settings: object): Encoder;
}

/** Both encoders, by what writes the pages. */
export const subjects: readonly Subject[] = [
  {
    name: 'kernel',
    codecs: CODECS.filter((compression) => !usesLz4(parquetOptions.parse({ compression }))),
    create: (settings) => new KernelParquetEncoder(parquetOptions.parse(settings)),
  },
  {
    name: 'parquet-wasm',
    codecs: CODECS,
    create: (settings) => new ParquetEncoder(parquetOptions.parse(settings)),
  },
];
