import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRandom, mutated } from '../integration/preview-mutations.ts';
import { previewTwin } from '../integration/preview-twin.ts';

const ROUNDS = 4;
const seed = Number(process.env.PARQUETRY_SEED ?? randomInt(2 ** 31));

/** Throws for some, drops some, returns several rows for some, and rows that do not fit for others. */
const wild = `import { defineTransform, drop, t } from 'parquetry';
export default defineTransform({
  output: t.row({ delay: t.int32(), distance: t.int64().optional(), time: t.double(), id: t.string() }),
  map: ({ delay, distance, time }, ctx) => {
    if (delay % 7 === 0) throw new Error(\`delay \${delay}\`);
    if (delay % 5 === 0) return drop(time > 1 ? 'five, late' : 'five');
    const row = { delay, distance: BigInt(distance), time, id: \`\${ctx.attributes.path}/\${ctx.uuid()}\` };
    if (delay % 3 === 0) return [row, { ...row, delay: delay + 1, extra: 1 }];
    return delay % 11 === 0 ? { ...row, time: 'never' as never } : row;
  },
});
`;

test.each([
  ['flights', 'dead-letter', undefined],
  ['flights', 'passthrough', wild],
  ['flights', 'drop', wild],
  ['flights', 'dead-letter', wild],
  ['movies', 'dead-letter', undefined],
  ['movies', 'passthrough', undefined],
  ['clicks', 'dead-letter', undefined],
] as const)(
  `a preview of %s, bad records %s, shows what a run makes of damaged samples (seed ${seed})`,
  async (example, record, code) => {
    await using twin = await previewTwin(example, {
      record,
      transform: code,
    });
    expect(await twin.preview()).toEqual(await twin.run());
    const random = createRandom(seed);
    for (let round = 0; round < ROUNDS; round++) {
      await twin.write((text) => mutated(text, random));
      expect(await twin.preview(), `round ${round}`).toEqual(await twin.run());
    }
  },
);
