import { vi } from 'vitest';
import { BUCKET, createWorld } from '../harness.ts';
import { alone, type OptionCases, option, setting } from './option-case.ts';
import { run, type Scratch } from './scratch.ts';

/** What a sink was given, by the path below its prefix. */
type Output = ReadonlyMap<string, Buffer>;
/** Runs one sink with the keys given, over two records of two texts. */
type RunSink = (keys: object, files?: Scratch['files']) => Promise<Output>;

const deliveries = ['{"id":1,"text":"a"}\n{"id":2,"text":"b"}'];

const runFileSink: RunSink = async (keys, files) => {
  const { written } = await run({ config: { sinks: [{ file: { path: 'out', ...keys } }] }, deliveries, files });
  return new Map(Array.from(written, ([name, bytes]) => [name.slice('out/'.length), bytes]));
};

const runS3Sink: RunSink = async (keys, files) => {
  await using world = await createWorld();
  const sinks = [{ s3: { bucket: BUCKET, prefix: 'table', ...keys } }];
  await run({ config: { sinks, aws: { endpoint: world.emulator.endpoint } }, deliveries, files });
  const names = await world.keys('table/');
  const objects = names.map(async (key) => [key.slice('table/'.length), Buffer.from(await world.object(key))] as const);
  return new Map(await Promise.all(objects));
};

const runStdoutSink: RunSink = async (keys, files) => {
  const chunks: Uint8Array[] = [];
  const write = (chunk: unknown, done?: unknown): boolean => {
    chunks.push(Buffer.from(chunk as Uint8Array));
    if (typeof done === 'function') done();
    return true;
  };
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(write);
  try {
    await run({ config: { sinks: [{ stdout: keys }] }, deliveries, files });
  } finally {
    spy.mockRestore();
  }
  return new Map([['stdout', Buffer.concat(chunks)]]);
};

/** A user's own sink: files go to `out`, below what its options say. */
const ownSink = (folder: string) => `import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
export default (options, context) => ({
  async write({ name, chunks, sizeBytes }) {
    const file = path.join(context.folder, '${folder}', options?.below ?? '', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, chunks());
    return { uri: file, sizeBytes };
  },
  close: async () => {},
});`;
const ownSinks = { 'sink.ts': ownSink('out'), 'other-sink.ts': ownSink('other') };

const runOwnSink: RunSink = async (keys, files) => {
  const config = { sinks: [{ module: './sink.ts', ...keys }] };
  return (await run({ config, deliveries, files: { ...ownSinks, ...files } })).written;
};

/** A user's own encoder: a line that says its options. */
const ownEncoder = (word: string) => `export default (options) => ({
  extension: 'txt',
  contentType: 'text/plain',
  encode: ({ length }) => ({ parts: [new TextEncoder().encode(\`${word} \${JSON.stringify(options)}\`)], rows: length, meta: new Uint8Array() }),
  assemble: (segments) => segments.flatMap(({ parts }) => parts),
});`;
const ownEncoders = { 'one.ts': ownEncoder('one'), 'two.ts': ownEncoder('two') };

/** How a file begins says what it is: PAR1 is Parquet, 1f8b gzip. */
function begins(output: Output, bytes = 4): string[] {
  return Array.from(output.values(), (file) => {
    const start = file.subarray(0, bytes);
    return /^[\x20-\x7e]+$/.test(start.toString('latin1')) ? start.toString() : start.toString('hex');
  });
}

const folders = (output: Output) => Array.from(output.keys(), (name) => name.split('/').slice(0, -1).join('/')).sort();
const has = (output: Output, text: string) => [...output.values()].every((file) => file.includes(text));

/** The keys that the pipeline gives a sink beside its own. */
function addedOptions(prefix: string, runSink: RunSink, byDefault: 'PAR1' | '{"id'): OptionCases {
  const encoder = (module: string, options?: unknown) =>
    runSink({ encoder: { module, ...setting('options', options) } }, ownEncoders);
  return {
    [`${prefix}.ndjson`]: option<object>(
      async (ndjson) => begins(await runSink(setting('ndjson', ndjson)), ndjson && 'compression' in ndjson ? 2 : 4),
      [
        [undefined, [byDefault]],
        [{ compression: 'none' }, ['{"']],
        [{ compression: 'gzip' }, ['1f8b']],
      ],
    ),
    [`${prefix}.parquet`]: option<object>(
      async (parquet) => {
        const output = await runSink(setting('parquet', parquet));
        return { begins: begins(output), says: has(output, 'a note of ours') };
      },
      [
        [undefined, { begins: [byDefault], says: false }],
        [{ compression: 'zstd' }, { begins: ['PAR1'], says: false }],
        [{ keyValues: { note: 'a note of ours' } }, { begins: ['PAR1'], says: true }],
      ],
    ),
    [`${prefix}.encoder.module`]: option<string>(
      async (module) => begins(await encoder(module!), 3),
      [
        ['./one.ts', ['one']],
        ['./two.ts', ['two']],
      ],
    ),
    [`${prefix}.encoder.options`]: option<unknown>(
      async (options) => begins(await encoder('./one.ts', options), 99),
      [
        [undefined, ['one undefined']],
        [{ a: [1] }, ['one {"a":[1]}']],
      ],
    ),
  };
}

function partitionBy(prefix: string, runSink: RunSink, root = ''): OptionCases {
  return {
    [`${prefix}.partitionBy`]: option<string[]>(
      async (templates) => folders(await runSink(setting('partitionBy', templates))),
      [
        [undefined, [root]],
        [['text={text}'], ['text=a', 'text=b'].map((folder) => (root ? `${root}/${folder}` : folder))],
      ],
    ),
  };
}

/** Keys of sinks but for those of S3's own. */
export const sinkOptions: OptionCases = {
  ...addedOptions('sinks[].file', runFileSink, 'PAR1'),
  ...addedOptions('sinks[].s3', runS3Sink, 'PAR1'),
  ...alone(addedOptions('sinks[].stdout', runStdoutSink, '{"id')),
  ...addedOptions('sinks[]', runOwnSink, 'PAR1'),
  ...partitionBy('sinks[].file', runFileSink),
  ...partitionBy('sinks[].s3', runS3Sink),
  ...partitionBy('sinks[]', runOwnSink, 'out'),
  'sinks[].file.path': option<string>(
    async (path) => {
      const { written } = await run({ config: { sinks: [{ file: { path } }] }, deliveries });
      return Array.from(written.keys(), (name) => name.split('/')[0]);
    },
    [
      ['here', ['here']],
      ['there', ['there']],
    ],
  ),
  'sinks[].module': option<string>(
    async (module) => folders(await runOwnSink({ module })),
    [
      ['./sink.ts', ['out']],
      ['./other-sink.ts', ['other']],
    ],
  ),
  'sinks[].options': option<unknown>(
    async (options) => folders(await runOwnSink(setting('options', options))),
    [
      [undefined, ['out']],
      [{ below: 'deep' }, ['out/deep']],
    ],
  ),
};
