import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GENERATED_SOURCE } from '../integration/generated-source.ts';
import { type Ran, run } from '../integration/options/scratch.ts';

const MIB = 1 << 20;

interface Case {
  readonly kind: 'hex' | 'base64' | 'repeated' | 'mixed';
  readonly lanes: number;
  readonly partitions: number;
  readonly targetSize: string;
  /** Of JSON, over all lanes. */
  readonly megabytes: number;
}

function produce({ kind, lanes, partitions, targetSize, megabytes }: Case): Promise<Ran> {
  const options = { kind, partitions, megabytes: megabytes / lanes };
  const partitionBy = partitions > 1 ? { partitionBy: ['p={p}'] } : {};
  return run({
    config: {
      source: { module: './source.ts', options },
      sinks: [{ file: { path: 'out', parquet: {}, ...partitionBy } }],
      batch: { targetSize },
      lanes,
    },
    input: { id: 'int', p: 'int', blob: 'string' },
    files: { 'source.ts': GENERATED_SOURCE },
  });
}

/** Sizes, as they lie on the disk, of the files that were closed because of their size. */
function fullSizes({ summary, written }: Ran): number[] {
  expect(summary).toMatchObject({ error: undefined, ledger: { closed: true } });
  const sizes = new Map(Array.from(written, ([name, bytes]) => [path.basename(name), bytes.length]));
  return summary.files.filter(({ closedBy }) => closedBy === 'size').map(({ uri }) => sizes.get(path.basename(uri))!);
}

describe('check 9: a file that is closed by its size ends within 15 % of its target', () => {
  test.each<Case & { files: number }>([
    { kind: 'hex', lanes: 1, partitions: 1, targetSize: '2MiB', megabytes: 16, files: 3 },
    { kind: 'repeated', lanes: 1, partitions: 1, targetSize: '512KiB', megabytes: 72, files: 1 },
    { kind: 'mixed', lanes: 1, partitions: 4, targetSize: '2MiB', megabytes: 40, files: 2 },
    { kind: 'hex', lanes: 2, partitions: 1, targetSize: '8MiB', megabytes: 48, files: 2 },
  ])('$kind, $lanes lanes, $partitions partitions, $targetSize', async ({ files, ...given }) => {
    const sizes = fullSizes(await produce(given));
    const target = Number.parseInt(given.targetSize, 10) * (given.targetSize.endsWith('MiB') ? MIB : 1_024);
    expect(sizes.length).toBeGreaterThanOrEqual(files);
    for (const size of sizes) {
      expect(size / target).toBeGreaterThan(0.85);
      expect(size / target).toBeLessThan(1.15);
    }
  });
});
