import type { ReaderName } from '../../../engine/src/encoders/parquet/options.ts';
import type { Dataset } from './dataset.ts';
import { nested } from './datasets/nested.ts';
import { flights, movies } from './datasets/vega.ts';
import { shops, wide } from './datasets/wide.ts';

/** Ways through the engine; `slow` is `none` on the plain-JS scanner and parquet-wasm. */
export const OUR_PATHS = ['none', 'pass', 'plain', 'slow'] as const;
export type OurPath = (typeof OUR_PATHS)[number];
export type Path = OurPath | 'duckdb' | 'polars';

/** Circumstances under which paths are compared. */
export interface Setting {
  readonly dataset: Dataset;
  readonly codec: 'snappy' | 'zstd';
  /** For whom our files are: where it is known, columns get encodings that not everyone reads. */
  readonly reader: Extract<ReaderName, 'generic' | 'duckdb'>;
  readonly threads: 1 | 2;
  /** Number of values of the column that is partitioned by; 1: none is. */
  readonly partitions: 1 | 20 | 200;
  /** Beside DuckDB, against which all are measured. */
  readonly paths: readonly Exclude<Path, 'duckdb'>[];
}

/** The column with so many values. */
export const partitionColumns: Readonly<Record<Setting['partitions'], readonly string[]>> = {
  1: [],
  20: ['country'],
  200: ['shop'],
};

const codecs = ['snappy', 'zstd'] as const;

/** All that is measured: not the full product, which would take an hour. */
export const settings: readonly Setting[] = [
  ...codecs.map((codec) => setting(wide, codec, ['none', 'pass', 'plain', 'slow', 'polars'])),
  ...codecs.map((codec) => setting(wide, codec, ['none', 'pass', 'plain'], { reader: 'generic' })),
  ...codecs.map((codec) => setting(wide, codec, ['none', 'pass', 'plain'], { threads: 2 })),
  setting(wide, 'snappy', ['none', 'pass'], { partitions: 20 }),
  setting(shops, 'snappy', ['none', 'pass'], { partitions: 200 }),
  ...[flights, movies, nested].flatMap((dataset) => [
    setting(dataset, 'snappy', ['none', 'pass', 'plain', 'slow']),
    setting(dataset, 'zstd', ['none', 'pass', 'plain']),
  ]),
];

function setting(
  dataset: Dataset,
  codec: Setting['codec'],
  paths: Setting['paths'],
  more: Partial<Pick<Setting, 'reader' | 'threads' | 'partitions'>> = {},
): Setting {
  return { dataset, codec, reader: 'duckdb', threads: 1, partitions: 1, paths, ...more };
}

/** `--only dataset=wide,path=none,path=pass`: a key named more than once may have any of the values. */
export function selectSettings(only: string | undefined): Setting[] {
  const wanted = parseOnly(only);
  const fits = (key: string, value: string | number) => wanted.get(key)?.has(String(value)) ?? true;
  return settings.flatMap((one) => {
    const { dataset, codec, reader, threads, partitions } = one;
    const chosen = Object.entries({ dataset: dataset.name, codec, reader, threads, partitions });
    const paths = one.paths.filter((path) => fits('path', path));
    return paths.length > 0 && chosen.every(([key, value]) => fits(key, value)) ? [{ ...one, paths }] : [];
  });
}

function parseOnly(only: string | undefined): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const pair of only?.split(',') ?? []) {
    const [key = '', value = ''] = pair.split('=');
    if (!['dataset', 'path', 'codec', 'reader', 'threads', 'partitions'].includes(key)) {
      const known = 'dataset=, path=, codec=, reader=, threads= and partitions=';
      throw new Error(`--only takes ${known}, got ${JSON.stringify(pair)}`);
    }
    wanted.set(key, (wanted.get(key) ?? new Set()).add(value));
  }
  return wanted;
}
