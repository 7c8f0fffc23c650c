import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from './harness.ts';

/*
 * One poison record among 10,000: 9,999 are delivered, one is dead-lettered with its reason and its original bytes.
 */

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const TOTAL = 10_000;
const POISON_AT = 5_000;
const input = { id: 'int', text: 'string' };

/** The records as messages of 100, with one replaced. A message too large for SQS goes as gzip+base64. */
function messages(poison: string): string[] {
  const lines = Array.from({ length: TOTAL }, (_, id) =>
    id === POISON_AT ? poison : JSON.stringify({ id, text: `t${id}` }),
  );
  return Array.from({ length: TOTAL / 100 }, (_, i) => {
    const body = lines.slice(i * 100, i * 100 + 100).join('\n');
    return body.length > 500_000 ? gzipSync(body).toString('base64') : body;
  });
}

async function delivered(): Promise<number[]> {
  return (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
}
const allButPoison = Array.from({ length: TOTAL }, (_, id) => id).filter((id) => id !== POISON_AT);

async function runWith(poison: string, files: Parameters<World['pipeline']>[0]) {
  await world.send(messages(poison));
  const summary = await world.run(await world.pipeline(files));
  expect(summary.ledger).toMatchObject({ closed: true, messages: { received: 100, acked: 100 } });
  expect(await delivered()).toEqual(allButPoison);
  const letters = await world.deadLetters();
  expect(letters).toHaveLength(1);
  return letters[0]!;
}

test('unparsable', async () => {
  const poison = '{"id":5000,"text":"t5000"';
  const letter = await runWith(poison, { input });
  expect(letter).toMatchObject({ reason: 'malformed', stage: 'parse', record: 0, original: poison });
});

test('a value that does not fit', async () => {
  const poison = '{"id":"5000","text":"t"}';
  const letter = await runWith(poison, { input });
  expect(letter).toMatchObject({ reason: 'misfit', field: 'id', original: poison });
  expect(letter.message).toMatch(/^id must be int .*, got "5000"/);
});

test('a record at which the transform throws, with the line in the user’s file', async () => {
  const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), text: t.string() }),
  map: ({ id, text }) => {
    if (id === ${POISON_AT}) throw new RangeError('no such thing');
    return { id, text };
  },
});`;
  const letter = await runWith(JSON.stringify({ id: POISON_AT, text: 'x' }), { input, transform });
  expect(letter).toMatchObject({
    reason: 'thrown',
    stage: 'transform',
    original: JSON.stringify({ id: POISON_AT, text: 'x' }),
  });
  expect(letter.message).toContain('no such thing');
  expect(letter.stack).toContain('transform.ts:5:');
});

test('a record that the encoder refuses', async () => {
  const encoder = `
    export default () => ({
      extension: 'txt', contentType: 'text/plain', mayRefuse: true,
      encode({ columns, length }) {
        const ids = columns[0].values;
        for (let i = 0; i < length; i++) if (ids[i] === ${POISON_AT}n) throw new Error('cannot write 5000');
        const bytes = Buffer.from(Array.from({ length }, (_, i) => ids[i] + '\\n').join(''));
        return { parts: [new Uint8Array(bytes)], rows: length, meta: new Uint8Array() };
      },
      assemble: (segments) => segments.flatMap(({ parts }) => parts),
    });`;
  await world.send(messages(JSON.stringify({ id: POISON_AT, text: 'x' })));
  const config = { sinks: [{ s3: { bucket: 'lake', prefix: 'own', encoder: { module: './encoder.ts' } } }] };
  const summary = await world.run(await world.pipeline({ input, config, more: { 'encoder.ts': encoder } }));
  expect(summary.ledger.records).toMatchObject({ delivered: TOTAL - 1, deadLettered: { unencodable: 1 } });
  const files = await Promise.all((await world.keys('own/')).map((key) => world.object(key)));
  const written = Buffer.concat(files)
    .toString()
    .trim()
    .split('\n')
    .map(Number)
    .sort((a, b) => a - b);
  expect(written).toEqual(allButPoison);
  expect(await world.deadLetters()).toMatchObject([
    { reason: 'unencodable', stage: 'encode', message: 'cannot write 5000' },
  ]);
});

test('a string of 2 MB', async () => {
  const poison = JSON.stringify({ id: POISON_AT, text: 'x'.repeat(2 << 20) });
  const letter = await runWith(poison, { input });
  expect(letter).toMatchObject({ reason: 'too-large', original: poison });
});

test('a body that only looks like gzip', async () => {
  await world.send(['H4sIAAAAAAAAA+not+gzip', JSON.stringify({ id: 1, text: 'x' })]);
  const summary = await world.run(await world.pipeline({ input }));
  expect(await delivered()).toEqual([1]);
  expect(summary.ledger).toMatchObject({ closed: true, records: { received: 2, delivered: 1 } });
  expect(await world.deadLetters()).toMatchObject([{ record: -1, original: 'H4sIAAAAAAAAA+not+gzip' }]);
});

test.each([
  ['drop', { delivered: 1, dropped: { misfit: 1 }, deadLettered: {} }],
  ['dead-letter', { delivered: 1, dropped: {}, deadLettered: { misfit: 1 } }],
])('errors.record: %s', async (record, account) => {
  await world.send(['{"id":"no","text":"x"}\n{"id":1,"text":"x"}']);
  const config = { errors: { record, to: { s3: { bucket: 'lake', prefix: '_errors' } } } };
  const summary = await world.run(await world.pipeline({ input, config }));
  expect(summary.ledger.records).toMatchObject(account);
});

test('errors.record: fail ends the run, and the message stays in the queue', async () => {
  await world.send(['{"id":"no","text":"x"}']);
  const summary = await world.run(await world.pipeline({ input, config: { errors: { record: 'fail' } } }));
  expect(summary).toMatchObject({
    reason: 'failed',
    error: { code: 'E_RECORD' },
    ledger: { closed: true, messages: { acked: 0, returned: 1 } },
  });
  expect(await world.depth()).toEqual([1, 0, 0]);
});

test('a storm of misfits ends a drain with what does not fit', async () => {
  await world.send(
    Array.from({ length: 30 }, () => Array.from({ length: 100 }, () => '{"id":"late","text":"x"}').join('\n')),
  );
  const summary = await world.run(await world.pipeline({ input }));
  expect(summary).toMatchObject({ reason: 'failed', error: { code: 'E_STORM' }, ledger: { closed: true } });
  expect(summary.error?.message).toContain('id must be int');
});
