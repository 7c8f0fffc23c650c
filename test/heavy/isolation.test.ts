import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../integration/harness.ts';
import {
  delivered,
  everyIdBut,
  POISON,
  poisonText,
  quickly,
  runOver,
  smallHeap,
  TOTAL,
  transform,
} from '../integration/poisoned-run.ts';

/* The ways in which one record among 10,000 ends its lane, beside those of test/integration/isolation.test.ts. */

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

/** What lanes may hold in columns counts as room, too. */
const littleMemory = { batch: { maxAge: '1m', memory: '16MiB' } };

describe('a record from which the transform never comes back', () => {
  const prefetch = `async prefetch(records) {
    if (records.some(({ id }) => id === ${POISON})) await new Promise((resolve) => setTimeout(resolve, 1e9));
  },`;
  test.each([
    ['in a regular expression that explodes', transform("/^(a+)+$/.test('a'.repeat(60) + 'b');"), 1],
    ['in prefetch, which sees a whole chunk, so that suspects are run one by one', transform('', prefetch), 2],
  ])('%s', async (_where, code, lost) => {
    const { log, letters } = await runOver(world, { transform: code, config: quickly });
    expect(await delivered(world)).toEqual(everyIdBut(POISON));
    expect(letters).toMatchObject([{ reason: 'stuck', record: 50, original: poisonText }]);
    expect(log.fieldsOf('lane.lost')).toHaveLength(lost);
  });

  test('is passed through where that is asked for, with the fields that fit', async () => {
    const config = { errors: { ...quickly.errors, record: 'passthrough' } };
    const { letters, summary } = await runOver(world, { transform: transform('while (true);'), config });
    expect(await delivered(world)).toEqual(everyIdBut());
    expect((await world.rows()).find(({ id }) => Number(id) === POISON)).toEqual({ id: 5050n, text: 'poison' });
    expect(letters).toEqual([]);
    expect(summary.ledger.records.deadLettered).toEqual({});
  });

  test('is dropped and counted where that is asked for', async () => {
    const config = { errors: { transformTimeout: '300ms', record: 'drop' } };
    const { summary } = await runOver(world, { transform: transform('while (true);'), config });
    expect(await delivered(world)).toEqual(everyIdBut(POISON));
    expect(summary.ledger.records).toMatchObject({ delivered: TOTAL - 1, dropped: { stuck: 1 } });
  });
});

describe('a record at which the transform', () => {
  test.each([
    ['fills the heap', 'const all = []; while (true) all.push({ id: all.length });', 'memory'],
    ['fills the memory outside of the heap', 'for (const all = []; ; ) all.push(Buffer.alloc(1 << 20, 1));', 'memory'],
    ['ends its thread', 'process.exit(3);', 'crash'],
  ])('%s is found by running its message by itself', async (_what, atPoison, reason) => {
    const files = { transform: transform(atPoison), config: littleMemory };
    const { letters, log, summary } = await runOver(world, files, smallHeap);
    // Lost once among others, when nothing is shown, and once by itself.
    expect(await delivered(world)).toEqual(everyIdBut(POISON));
    expect(letters).toMatchObject([{ reason, record: 50, original: poisonText }]);
    expect(log.fieldsOf('lane.lost')).toMatchObject([{ reason }, { reason }]);
    expect(summary.ledger.records.deadLettered).toEqual({ [reason]: 1 });
  });
});

test('a transform that keeps what it sees has its lanes replaced before they are full, and everything is delivered', async () => {
  const slowLeak = `
    const until = performance.now() + 0.8;
    while (performance.now() < until);
    kept.push(Buffer.alloc(30_000, 1));
    return { id`;
  const code = transform('').replace('return { id', slowLeak);
  const { log, letters } = await runOver(world, { transform: code, config: littleMemory }, smallHeap);
  expect(await delivered(world)).toEqual(everyIdBut());
  expect(letters).toEqual([]);
  expect(log.fieldsOf('lane.draining')).toContainEqual(expect.objectContaining({ reason: 'memory' }));
});

/** An encoder that is not known to refuse rows. `atPoison`: what it does when a row of the poison is among them. */
const encoder = (atPoison: string) => `export default () => ({
  extension: 'txt', contentType: 'text/plain',
  encode({ columns, length }) {
    const ids = columns[0].values;
    for (let i = 0; i < length; i++) if (ids[i] === ${POISON}n) { ${atPoison} }
    const bytes = Buffer.from(Array.from({ length }, (_, i) => ids[i] + '\\n').join(''));
    return { parts: [new Uint8Array(bytes)], rows: length, meta: new Uint8Array() };
  },
  assemble: (segments) => segments.flatMap(({ parts }) => parts),
});`;

test.each([
  ['throws when a row group is sealed', "throw new Error('cannot write it');", 1],
  ['traps, so that it cannot be used again', "throw new WebAssembly.RuntimeError('unreachable');", 2],
])('an encoder that %s costs the record, and not its row group', async (_how, atPoison, lost) => {
  const config = { sinks: [{ s3: { bucket: 'lake', prefix: 'own', encoder: { module: './encoder.ts' } } }] };
  const files = { config: { ...quickly, ...config }, more: { 'encoder.ts': encoder(atPoison) } };
  const { letters, log } = await runOver(world, files);
  const written = await Promise.all((await world.keys('own/')).map((key) => world.object(key)));
  const ids = Buffer.concat(written).toString().trim().split('\n').map(Number);
  expect(ids.sort((a, b) => a - b)).toEqual(everyIdBut(POISON));
  expect(letters).toMatchObject([{ reason: 'unencodable', stage: 'encode', record: 50, original: poisonText }]);
  expect(log.fieldsOf('lane.lost')).toHaveLength(lost);
});
