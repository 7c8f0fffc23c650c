import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Contender } from './crew.ts';
import { ROW_GROUP_ROWS } from './workspace.ts';

/** One pass for each line it reads; columns by inference, so timestamps stay text, which is less work. */
const program = `
import json, os, sys, time, polars
source, target, codec, rows = sys.argv[1:]
level = {'compression_level': 1} if codec == 'zstd' else {}
print('ready', flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    frame = polars.scan_ndjson(source, infer_schema_length=1000)
    frame.sink_parquet(target, compression=codec, row_group_size=int(rows), statistics=True, **level)
    seconds = time.perf_counter() - start
    count = polars.scan_parquet(target).select(polars.len()).collect().item()
    print(json.dumps({'seconds': seconds, 'rows': count, 'bytesOut': os.path.getsize(target)}), flush=True)
`;

/** Whether python3 has polars; it is nobody's dependency. */
export function hasPolars(): boolean {
  return spawnSync('python3', ['-c', 'import polars'], { stdio: 'ignore' }).status === 0;
}

/** What polars is to copy. */
export interface PolarsSetup {
  readonly source: string;
  readonly target: string;
  readonly codec: string;
  readonly threads: number;
}

/** Polars in a Python process, file to file. */
export async function startPolars({ source, target, codec, threads }: PolarsSetup): Promise<Contender> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const file = path.join(target, 'all.parquet');
  const python = spawn('python3', ['-c', program, source, file, codec, String(ROW_GROUP_ROWS)], {
    env: { ...process.env, POLARS_MAX_THREADS: String(threads) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the process with polars ended');
    return value;
  };
  await answer();
  return {
    target,
    async pass() {
      python.stdin.write('go\n');
      return JSON.parse(await answer());
    },
    async close() {
      python.stdin.end();
      await once(python, 'exit');
    },
  };
}
