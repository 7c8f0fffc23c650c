import { randomInt } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { runPipeline } from '../../engine/src/runtime/run-pipeline.ts';
import { readRows } from '../integration/harness.ts';

const FLIPS = 1_000;
const RECORDS_PER_BODY = 10;
/** A flip costs the record it hits, and the next one if it hits the newline; a brace that becomes a bracket costs its body. */
const MOST_LOST = 3 * FLIPS;

const root = path.resolve(import.meta.dirname, '..', '..');
const seed = Number(process.env.PARQUETRY_SEED ?? randomInt(2 ** 31));
let bodies: Buffer[];

beforeAll(async () => {
  const movies: unknown[] = JSON.parse(
    await readFile(path.join(root, 'node_modules/vega-datasets/data/movies.json'), 'utf8'),
  );
  bodies = Array.from({ length: FLIPS }, (_, i) => {
    const from = (i * RECORDS_PER_BODY) % (movies.length - RECORDS_PER_BODY);
    const lines = movies.slice(from, from + RECORDS_PER_BODY).map((movie) => `${JSON.stringify(movie)}\n`);
    return Buffer.from(lines.join(''));
  });
});

test(`a thousand bodies with a flipped byte each run to the end, every record accounted for (seed ${seed})`, async () => {
  const random = createRandom(seed);
  const damaged = bodies.map((body) => flipByte(body, random));
  const { summary, rows, letters } = await run(damaged);
  expect(summary).toMatchObject({ error: undefined, ledger: { closed: true } });
  const { delivered, dropped, deadLettered, received } = summary.ledger.records;
  const lost = sum(deadLettered);
  expect(summary.ledger.messages).toMatchObject({ received: FLIPS, acked: FLIPS, inFlight: 0 });
  expect(received).toBe(delivered + sum(dropped) + lost);
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThan(MOST_LOST);
  expect([rows, letters]).toEqual([delivered, lost]);
});

test('the same bodies undamaged have no dead letters', async () => {
  const { summary, rows, letters } = await run(bodies);
  expect(summary).toMatchObject({ error: undefined, ledger: { closed: true } });
  const { received, dropped } = summary.ledger.records;
  expect(received).toBe(FLIPS * RECORDS_PER_BODY);
  expect([rows, letters]).toEqual([received - sum(dropped), 0]);
});

/** The movies example over a file a body: the lane's own thread, the user's transform, partitions, Parquet, dead letters. */
async function run(given: readonly Uint8Array[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'heavy-flips-'));
  try {
    await cp(path.join(root, 'examples', 'movies'), folder, { recursive: true });
    await mkdir(path.join(folder, 'data'));
    const name = (i: number) => path.join(folder, 'data', `${String(i).padStart(4, '0')}.ndjson`);
    for (const [i, body] of given.entries()) await writeFile(name(i), body);
    const pipeline = {
      name: 'movies',
      source: { file: { path: 'data/*.ndjson' } },
      transform: './transform.ts',
      sinks: [{ file: { path: 'out', partitionBy: ['decade={decade}'], parquet: {} } }],
      errors: { to: { file: { path: 'errors' } }, storm: { share: 1 } },
      lanes: 1,
    };
    await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(pipeline)); // JSON is YAML
    const summary = await runPipeline(await loadPipeline(folder), { drain: true });
    const files = await filesOf(path.join(folder, 'out'));
    const read = await Promise.all(files.map(async (file) => (await readRows(file)).length));
    const letters = (await filesOf(path.join(folder, 'errors'))).map(
      (file) => file.toString().trimEnd().split('\n').length,
    );
    return { summary, rows: add(read), letters: add(letters) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function filesOf(folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(path.join(entry.parentPath, entry.name))));
}

/** A copy in which one byte is another. */
function flipByte(body: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(body);
  copy[random() % copy.length]! ^= 1 + (random() % 255);
  return copy;
}

/** Numbers that a seed repeats: mulberry32. */
function createRandom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return add(Object.values(counts));
}

function add(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
