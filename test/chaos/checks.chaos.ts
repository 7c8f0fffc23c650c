import { expect, test } from 'vitest';
import { createWorld } from '../integration/harness.ts';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

test('check 5: one poison message among 10,000 becomes a dead letter, and 9,999 are delivered', async () => {
  await using world = await createWorld();
  const poison = 4_711;
  await world.send(range(10_000).map((id) => (id === poison ? '{"id": "poison"}' : JSON.stringify({ id }))));
  const summary = await world.run(await world.pipeline({ input: { id: 'int' } }));
  expect(summary).toMatchObject({ reason: 'drained', ledger: { closed: true, messages: { acked: 10_000 } } });
  const ids = (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
  expect(ids).toEqual(range(10_000).filter((id) => id !== poison));
  expect(await world.deadLetters()).toMatchObject([{ reason: 'misfit', original: '{"id": "poison"}' }]);
});

test('check 5: one bad line at record 5,000 costs that line, and cuts nothing off', async () => {
  await using world = await createWorld();
  const lines = range(10_000).map((id) => (id === 5_000 ? '{"id":' : JSON.stringify({ id })));
  await world.send([lines.join('\n')]);
  const summary = await world.run(await world.pipeline({ input: { id: 'int' } }));
  expect(summary.ledger).toMatchObject({ closed: true, records: { delivered: 9_999, deadLettered: { malformed: 1 } } });
  expect(await world.rows()).toHaveLength(9_999);
  expect(await world.deadLetters()).toMatchObject([{ reason: 'malformed', record: 5_000 }]);
});
