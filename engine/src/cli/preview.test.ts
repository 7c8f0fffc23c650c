import { expect, test } from 'vitest';
import { pipelineFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';

const yaml = `name: clicks
source: { sqs: { queue: clicks } }
transform: ./transform.ts
sinks:
  - s3: { bucket: lake, prefix: clicks, partitionBy: [ "dt={at:%Y-%m-%d}" ], parquet: { reader: athena } }
`;
const transform = `import { defineTransform, drop, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), at: t.timestamp(), big: t.int64() }),
  map: ({ id, event_time }) => {
    if (id === 2) return drop('two');
    if (id === 3) throw new Error('three');
    return { id: id + 1, at: event_time, big: 2n ** 60n + BigInt(id) };
  },
});
`;
const records = [1, 2, 3, 4]
  .map((id) => JSON.stringify({ id, event_time: '2026-01-31T10:00:00Z', odd: true }))
  .join('\n');

async function preview(folder: string, ...args: string[]) {
  const context = captureContext({ cwd: folder });
  const code = await main(['preview', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

test('each record stands beside what became of it, and below it why not', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform, 'a.ndjson': records });
  const { code, out, err } = await preview(folder.path, '--samples', 'a.ndjson', '--limit', '3');
  expect([code, err]).toEqual([0, '']);
  expect(
    out.replace(/dead-lettered {2}\S+/, 'dead-lettered'),
  ).toBe(`clicks  the first 3 records of a.ndjson: 1 row, 1 dropped, 1 dead-lettered

  #  id  event_time            country  │  id  +at                   +big
  1  1   2026-01-31T10:00:00Z  null     │  ~2  2026-01-31T10:00:00Z  1152921504606846977
  2  2   2026-01-31T10:00:00Z  null     │  - dropped: two
  3  3   2026-01-31T10:00:00Z  null     │  ! thrown: Error: three

Dropped
  two  1

Dead-lettered
  record 3 transform.ts:6:25 transform, thrown: Error: three
    {"id":3,"event_time":"2026-01-31T10:00:00Z","odd":true}

Keys in neither schema
  odd  3

Partitions of sink 1, in rows
  dt=2026-01-31  1
`);
});

test('--json prints rows with all their digits, and a run that would fail at a record ends with a code', async () => {
  const failing = `${yaml}environments: { strict: { errors: { record: fail } } }\n`;
  await using folder = await pipelineFolder(failing, { 'transform.ts': transform, 'a.ndjson': records });
  const { code, out } = await preview(folder.path, '--samples', 'a.ndjson', '--json', '--env', 'strict');
  expect(code).toBe(1);
  expect(out).toContain('"big":1152921504606846977');
  expect(JSON.parse(out)).toMatchObject({
    records: 4,
    stopsAt: 2,
    outcomes: ['kept', 'dropped', 'dead-lettered', 'kept'],
    inputRow: [0, 1, 2, 3],
    origin: [0, 3],
    deadLetters: [{ record: 2, place: { line: 6 } }],
    output: {
      fields: [{}, {}, { name: 'big', type: 'int64' }],
      rows: [{ id: 2, at: '2026-01-31T10:00:00Z' }, { id: 5 }],
    },
  });
});

test('what keeps a preview from being made is said with its place, and ends with a code', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': 'export default (', 'a.ndjson': records });
  expect(await preview(folder.path, '--samples', 'a.ndjson')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('transform.ts:1:17'),
  });
  expect(await preview(folder.path)).toMatchObject({ code: 1, err: expect.stringContaining('has no samples') });
});
