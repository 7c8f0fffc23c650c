import { describe, expect, test } from 'vitest';
import { chunksOf, type OutputFile, type Sink, type SinkReceipt } from '../../engine/src/core/sink.ts';
import { brokenClaims, holdTo } from './claim.ts';
import { findComponents } from './fixtures.ts';
import { sinkClaims } from './sink-contract.ts';
import { chunksIn, type SinkFixture } from './sink-subject.ts';
import { memorySink, type Store } from './sinks/memory.ts';

const found = await findComponents<'sink', SinkFixture>('sink');

describe('the contract of a sink', () => {
  holdTo(sinkClaims, memorySink('memory'));
  for (const { component, fixture } of found) {
    for (const subject of fixture.subjects(component)) holdTo(sinkClaims, subject);
  }
});

type Write = (file: OutputFile, signal: AbortSignal) => Promise<SinkReceipt>;
type Change = (write: Write, store: Store) => Write;

/** Ways to break the contract, each with a claim that must see it. */
const broken: readonly [what: string, change: Change, claim: RegExp][] = [
  ['is done before the file is there', early, /byte for byte/],
  ['leaves a temporary name behind', withTemporary, /nothing beside it/],
  ['overwrites', overwrites, /other bytes/],
  [
    'refuses every name that exists',
    (write, store) => (file, signal) =>
      store.has(file.name) ? Promise.reject(new Error('exists')) : write(file, signal),
    /equal bytes are written again/,
  ],
  ['compares sizes only', comparesSizes, /other bytes/],
  [
    'reads percent signs in names',
    (write) => (file, signal) => write({ ...file, name: decodeName(file.name) }, signal),
    /names of all kinds/,
  ],
  [
    'follows names out of its place',
    (write, store) => async (file, signal) => {
      if (!file.name.startsWith('../')) return write(file, signal);
      store.set(file.name, Buffer.concat(await chunksIn(file)));
      return { uri: file.name, sizeBytes: file.sizeBytes };
    },
    /never leaves its place/,
  ],
  [
    'drops what exceeds a thousand parts',
    (write) => async (file, signal) =>
      write({ ...file, chunks: chunksOf((await chunksIn(file)).slice(0, 1_000)) }, signal),
    /thousands of small parts/,
  ],
  [
    'wipes what it has written',
    (write) => async (file, signal) => {
      const receipt = await write(file, signal);
      for (const chunk of await chunksIn(file)) chunk.fill(0);
      return receipt;
    },
    /leaves the bytes/,
  ],
  [
    'does not hear that it should stop',
    (write) => (file) => write(file, new AbortController().signal),
    /told to stop before/,
  ],
  ['shows half a file when it is stopped', halfWhenStopped, /whole file or nothing/],
];

test.each(broken)('the contract catches a sink that %s', async (what, change, claim) => {
  const spoil = (sink: Sink, store: Store): Sink => ({ ...sink, write: change(sink.write, store) });
  const titles = await brokenClaims(sinkClaims, memorySink(what, spoil));
  expect(titles).toContainEqual(expect.stringMatching(claim));
});

test('the contract catches a sink that finds every place usable', async () => {
  const titles = await brokenClaims(
    sinkClaims,
    memorySink('careless', (sink) => ({ ...sink, check: async () => {} })),
  );
  expect(titles).toEqual([expect.stringMatching(/checks its place/)]);
});

function early(write: Write): Write {
  return async (file, signal) => {
    setImmediate(() => write(file, signal).catch(() => {}));
    return { uri: file.name, sizeBytes: file.sizeBytes };
  };
}

function overwrites(write: Write, store: Store): Write {
  return (file, signal) => {
    store.delete(file.name);
    return write(file, signal);
  };
}

function withTemporary(write: Write, store: Store): Write {
  return async (file, signal) => {
    const receipt = await write(file, signal);
    store.set(`${file.name}.tmp`, new Uint8Array());
    return receipt;
  };
}

function comparesSizes(write: Write, store: Store): Write {
  return async (file, signal) => {
    const equal = store.get(file.name)?.length === file.sizeBytes;
    return equal ? { uri: file.name, sizeBytes: file.sizeBytes } : write(file, signal);
  };
}

function halfWhenStopped(write: Write, store: Store): Write {
  return async (file, signal) => {
    if (signal.aborted) return write(file, signal);
    store.set(file.name, (await chunksIn(file))[0]!.subarray(0, file.sizeBytes >> 1));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    if (!signal.aborted) store.delete(file.name);
    return write(file, signal);
  };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
