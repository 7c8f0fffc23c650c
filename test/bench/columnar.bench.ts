import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measure } from './columnar/measure.ts';
import { type Setting, selectSettings } from './columnar/settings.ts';
import { type DataFiles, writeData } from './columnar/workspace.ts';
import type { Benchmark } from './main.ts';

const SIZE_MB = 48;

export const benchmark: Benchmark = {
  about:
    'NDJSON file → Parquet file, against DuckDB (`read_ndjson` with explicit columns → `COPY`, no user code, same codec, zstd at level 1 on both ' +
    'sides, row groups of 122,880 rows, statistics and page checksums as each writes them by default). `reader` is the one in the pipeline file: with ' +
    '`duckdb`, as with `athena`, `spark` and `trino`, columns get delta encodings where that makes them smaller; `generic`, the default, keeps to what everyone reads. Lanes are built as a run builds them, and the process has the environment and the V8 flags that `parquetry run` gives its engine; ' +
    'nobody syncs files. `none`: no user code. `pass`: user code that filters, renames and derives, written so that the engine sees which ' +
    'columns it only hands on. `plain`: the same code out of its sight. `slow`: no user code, the plain-JS scanner and parquet-wasm. With two ' +
    'threads each lane reads a half of the file and writes one; DuckDB has two, too; `ratioToOneLane`: median of pairs with one lane that has all of it. `ratioToDuckdb`: median of interleaved pairs; ' +
    '`bestToDuckdb`: of the fastest pass of each; ' +
    '`cpuRatioToDuckdb`: the same of the CPU time of all threads, which busy neighbours distort less; `sizeToDuckdb`: of the files. `rssMb`: peak ' +
    'resident memory of a lane, its file included, above the idle process. Rows are counted after the warm-up and, where the paths allow, ' +
    'compared value for value. What the wire costs on top, `queue` tells.',
  run: async (emit, options) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'parquetry-bench-'));
    const bytes = (options.sizeMb ?? SIZE_MB) * 1e6;
    const data = new Map<Setting['dataset'], DataFiles>();
    for (const setting of selectSettings(options.only)) {
      const arena = mkdtempSync(path.join(folder, 'setting-'));
      try {
        const files =
          data.get(setting.dataset) ?? writeData(setting.dataset, mkdtempSync(path.join(folder, 'data-')), bytes);
        data.set(setting.dataset, files);
        for (const figure of await measure(setting, files, arena, options.rounds)) emit(figure);
      } catch (thrown) {
        console.error(thrown); // the other settings are measured all the same
        process.exitCode = 1;
      }
      rmSync(arena, { recursive: true, force: true });
    }
    rmSync(folder, { recursive: true, force: true });
  },
};
