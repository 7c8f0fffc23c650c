import type { ComponentContext } from '../../engine/src/core/component.ts';
import { silentLogger, silentMetrics } from '../../engine/src/core/telemetry.ts';
import { parquetOptions } from '../../engine/src/encoders/parquet/options.ts';
import { ParquetEncoder } from '../../engine/src/encoders/parquet/writer.ts';
import { createComponent } from '../../engine/src/pipeline/components.ts';
import type { Benchmark } from './main.ts';
import { microsecondsPerFile } from './small-files.ts';

const context: ComponentContext = {
  pipeline: 'bench',
  runId: 'bench',
  folder: '.',
  aws: {},
  expectedHoldMs: 0,
  logger: silentLogger,
  metrics: silentMetrics,
};

/** What a file costs that is hardly worth one. */
export const benchmark: Benchmark = {
  about:
    'Plain objects of three fields, fresh ones for each file, to the bytes of a Parquet file: append, encode, assemble; statistics, page checksums ' +
    'and page index included. Medians. `slow`: parquet-wasm.',
  run: async (emit) => {
    for (const compression of ['none', 'snappy', 'zstd'] as const) {
      const config = parquetOptions.parse({ compression });
      const encoders = {
        registered: await createComponent('encoder', { type: 'parquet', config }, context),
        slow: new ParquetEncoder(config),
      };
      for (const [path, encoder] of Object.entries(encoders)) {
        for (const records of [10, 10_000]) {
          emit({ path, codec: compression, records, usPerFile: await microsecondsPerFile(encoder, records) });
        }
      }
    }
  },
};
