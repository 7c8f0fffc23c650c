import { type OptionCases, option, setting } from './option-case.ts';
import { load, rowsOf, run } from './scratch.ts';

const lines = '{"id":1,"text":"a"}\n';
const transform = (map: string) => `import { defineTransform, t } from 'parquetry';
export default defineTransform({ output: t.row({ id: t.int() }), map: ${map} });`;

/** The format that a pipeline reads, or the answer of one that its source does not have. */
async function formatOf(source: string, format: string | undefined): Promise<string> {
  const path = source === 'file' ? { path: 'in.ndjson' } : source === 'sqs' ? { queue: 'records' } : {};
  const pipeline = load({ config: { source: { [source]: { ...path, ...setting('format', format) } } } });
  return pipeline.then(
    ({ input }) => input.format,
    (error) => error.code,
  );
}
const formats = [
  [undefined, 'json'],
  ['json', 'json'],
  ['csv', 'E_CONFIG'],
] as const;

/** Keys that say what a pipeline is: its name, its input and where it runs. */
export const pipelineOptions: OptionCases = {
  name: option<string>(
    async (name) => {
      const { written } = await run({ config: { name }, deliveries: [`${lines}broken`] });
      return Array.from(written.keys(), (file) => /^out\/(\w+)-|^bad\/(\w+)\//.exec(file)?.slice(1).join('')).sort();
    },
    [
      ['clicks', ['clicks', 'clicks']],
      ['orders', ['orders', 'orders']],
    ],
  ),
  transform: option<string>(
    async (transformFile) => {
      const files = { 'double.ts': transform('({ id }) => ({ id: id * 2 })') };
      return rowsOf(await run({ config: setting('transform', transformFile), deliveries: [lines], files }));
    },
    [
      [undefined, [{ id: 1, text: 'a' }]],
      ['./double.ts', [{ id: 2 }]],
    ],
  ),
  'input.schema': option<string>(
    async (schema) => {
      const files = { 'other/input.v1.json': '{"version":1,"fields":{"text":"string"}}' };
      return rowsOf(await run({ config: setting('input.schema', schema), deliveries: [lines], files }));
    },
    [
      [undefined, [{ id: 1, text: 'a' }]],
      ['./other', [{ text: 'a' }]],
    ],
  ),
  'input.maxRecordSize': option<string>(
    async (size) => {
      const long = JSON.stringify({ id: 1, text: 'x'.repeat(2_000) });
      const { summary } = await run({ config: setting('input.maxRecordSize', size), deliveries: [long] });
      return summary.ledger.records.deadLettered;
    },
    [
      [undefined, {}],
      ['1KiB', { 'too-large': 1 }],
    ],
  ),
  'input.rest': option<boolean>(
    async (rest) => rowsOf(await run({ config: setting('input.rest', rest), deliveries: ['{"id":1,"more":[2]}'] })),
    [
      [undefined, [{ id: 1, text: null }]],
      [false, [{ id: 1, text: null }]],
      [true, [{ id: 1, text: null, _rest: { more: [2] } }]],
    ],
  ),
  'source.file.path': option<string>(
    async (path) => {
      const files = { 'a/1.ndjson': '{"id":1}\n', 'a/2.ndjson': '{"id":2}\n' };
      return rowsOf(await run({ config: { source: { file: { path } } }, files }));
    },
    [
      ['a/1.ndjson', [{ id: 1, text: null }]],
      [
        'a/*.ndjson',
        [
          { id: 1, text: null },
          { id: 2, text: null },
        ],
      ],
    ],
  ),
  'source.file.format': option<string>((format) => formatOf('file', format), [...formats, ['parquet', 'parquet']]),
  'source.stdin.format': option<string>((format) => formatOf('stdin', format), formats),
  'source.sqs.format': option<string>((format) => formatOf('sqs', format), formats),
  'source.module': option<string>(
    async (module) => rowsOf(await run({ config: { source: { module } }, files: ownSources })),
    [
      ['./one.ts', [{ id: 1, text: null }]],
      ['./two.ts', [{ id: 2, text: null }]],
    ],
  ),
  'source.options': option<unknown>(
    async (options) => {
      const config = { source: { module: './one.ts', ...setting('options', options) } };
      return rowsOf(await run({ config, files: ownSources }));
    },
    [
      [undefined, [{ id: 1, text: null }]],
      [{ text: 'given' }, [{ id: 1, text: 'given' }]],
    ],
  ),
  environments: option<string>(
    async (env) => {
      const environments = { local: { sinks: [{ file: { path: 'out-local', ndjson: {} } }] } };
      const { written } = await run({ config: { environments }, deliveries: [lines], env });
      return [...written.keys()].map((file) => file.split('/')[0]);
    },
    [
      [undefined, ['out']],
      ['local', ['out-local']],
    ],
  ),
};

/** Sources that give one record, made of their number and their options. */
const ownSources = Object.fromEntries(
  Object.entries({ one: 1, two: 2 }).map(([name, id]) => [
    `${name}.ts`,
    `const settle = async (receipts) => receipts.map(() => 'done');
export default (options) => {
  const body = Buffer.from(JSON.stringify({ id: ${id}, ...options }));
  const delivery = { id: 'only', receipt: 'only', body, attributes: {}, receiveCount: 1, receivedAtMs: 0 };
  let given = false;
  return {
    replay: 'ordered',
    maxLanes: 1,
    createReader: async () => ({
      receive: async () => (given ? undefined : ((given = true), [delivery])),
      close: async () => {},
    }),
    createSettler: async () => ({ ack: settle, nack: settle, close: async () => {} }),
  };
};`,
  ]),
);
