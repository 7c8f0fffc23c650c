import { expect } from 'vitest';
import type { OutputFile, Sink } from '../../engine/src/core/sink.ts';
import type { Claim } from './claim.ts';
import { chunksIn, fileOf, pattern, type SinkSubject, type SinkWorld } from './sink-subject.ts';

const MIB = 1 << 20;
const never = new AbortController().signal;
const NAME = 'dt=2026-01-01/part-1.parquet';

const nameless = (subject: SinkSubject) => subject.nameless;

/** Names that readers, shells, URLs or file systems read otherwise than they are meant. */
const oddNames = [
  'a.parquet',
  'with space/and  two.parquet',
  'dt=2026-01-01/country=a%20b/x%2Fy.parquet',
  '100%.parquet',
  "it's/a+b&c,d;e@f.parquet",
  'größe=ü/日本語/😀.parquet',
  '~tilde/(round)/[square]/{curly}/!bang$dollar.parquet',
  'hash#tag.parquet',
  'trailing./...dots.parquet',
  `deep/${'level/'.repeat(20)}file.parquet`,
];

/** Names that would leave the place if they were followed. */
const escapes = ['../up.parquet', 'a/../../up.parquet', '/root.parquet', '..', 'a/..', '%2e%2e/up.parquet'];

/** What `Sink` promises. */
export const sinkClaims: readonly Claim<SinkSubject>[] = [
  {
    title: 'holds a file byte for byte under its name once written, and nothing beside it',
    async prove(subject) {
      await using world = await subject.open();
      const receipt = await world.sink.write(fileOf(NAME, 'one', 'two'), never);
      expect(receipt.sizeBytes).toBe(6);
      expect(receipt.uri).toMatch(/\w/);
      await expectBytes(world, NAME, Buffer.from('onetwo'));
      if (subject.nameless === undefined) expect(await world.names()).toEqual([NAME]);
    },
  },
  {
    title: 'succeeds when equal bytes are written again, however they are cut',
    skip: nameless,
    async prove(subject) {
      await using world = await subject.open();
      await world.sink.write(fileOf(NAME, 'one', 'two'), never);
      await world.sink.write(fileOf(NAME, 'o', 'netw', 'o'), never);
      await (await world.another()).write(fileOf(NAME, 'onetwo'), never);
      expect(await world.names()).toEqual([NAME]);
      await expectBytes(world, NAME, Buffer.from('onetwo'));
    },
  },
  {
    title: 'refuses other bytes under a name that exists, and leaves the first ones',
    skip: nameless,
    async prove(subject) {
      await using world = await subject.open();
      await world.sink.write(fileOf(NAME, 'onetwo'), never);
      for (const other of ['onetwO', 'onetwo!', 'on', 'twoone']) {
        for (const sink of [world.sink, await world.another()]) {
          await expect(sink.write(fileOf(NAME, other), never)).rejects.toMatchObject({ code: 'E_CONFLICT' });
        }
      }
      expect(await world.names()).toEqual([NAME]);
      await expectBytes(world, NAME, Buffer.from('onetwo'));
    },
  },
  {
    title: 'takes a name without a partition, and names of all kinds, as they are',
    skip: nameless,
    async prove(subject) {
      await using world = await subject.open();
      for (const name of oddNames) await world.sink.write(fileOf(name, name), never);
      for (const name of oddNames) await expectBytes(world, name, Buffer.from(name));
      expect(await world.names()).toEqual([...oddNames].sort());
    },
  },
  {
    title: 'never leaves its place: a name that would is refused, or means a file inside',
    skip: nameless,
    async prove(subject) {
      await using world = await subject.open();
      const before = await world.outside();
      for (const name of escapes) {
        const written = await world.sink.write(fileOf(name, 'x'), never).catch((error: unknown) => error);
        if (written instanceof Error)
          expect(written, name).toMatchObject({ code: expect.stringMatching(/^E_(CONFIG|RECORD)$/) });
        else await expectBytes(world, name, Buffer.from('x'));
        expect(await world.outside(), name).toBe(before);
      }
    },
  },
  {
    title: 'keeps thousands of small parts in order',
    async prove(subject) {
      await using world = await subject.open();
      const whole = pattern(100_000);
      // Views of one buffer, as row groups of a file may be.
      const parts = Array.from({ length: 5_000 }, (_, i) => whole.subarray(i * 20, i * 20 + 20));
      await world.sink.write(fileOf(NAME, ...parts), never);
      await expectBytes(world, NAME, whole);
    },
  },
  {
    title: 'writes 30 MB of odd parts, and finds them equal when they are written again',
    async prove(subject) {
      await using world = await subject.open();
      const whole = pattern(30 * MIB + 7);
      const cuts = [0, 1, 5 * MIB - 1, 5 * MIB, 17 * MIB + 3, whole.length];
      const parts = cuts.slice(1).map((end, i) => whole.subarray(cuts[i], end));
      const receipt = await world.sink.write(fileOf(NAME, ...parts), never);
      expect(receipt.sizeBytes).toBe(whole.length);
      await expectBytes(world, NAME, whole);
      if (subject.nameless !== undefined) return;
      await world.sink.write(fileOf(NAME, whole), never);
      const other = pattern(whole.length, 2);
      await expect(world.sink.write(fileOf(NAME, other), never)).rejects.toMatchObject({ code: 'E_CONFLICT' });
      await expectBytes(world, NAME, whole);
    },
  },
  {
    title: 'leaves the bytes it was given as they were, for another try',
    async prove(subject) {
      await using world = await subject.open();
      const file = fileOf(NAME, pattern(1_000), pattern(3_000, 2));
      const before = (await chunksIn(file)).map((chunk) => Uint8Array.from(chunk));
      await world.sink.write(file, never);
      expect((await chunksIn(file)).map((chunk) => Uint8Array.from(chunk))).toEqual(before);
    },
  },
  {
    title: 'writes nothing when it was told to stop before it began',
    async prove(subject) {
      await using world = await subject.open();
      const write = world.sink.write(fileOf(NAME, 'x'), AbortSignal.abort());
      await expect(write).rejects.toMatchObject({ code: 'E_CANCELLED' });
      expect(await world.names()).toEqual([]);
    },
  },
  {
    title: 'shows the whole file or nothing when it is told to stop in the middle',
    skip: nameless,
    async prove(subject) {
      await using world = await subject.open();
      const bytes = pattern(20 * MIB);
      for (let turns = 0; turns < 6; turns++) {
        const name = `stopped-${turns}.parquet`;
        const stop = new AbortController();
        const writing = world.sink.write(fileOf(name, bytes), stop.signal).then(
          () => true,
          (error: unknown) => error,
        );
        for (let i = 0; i < 4 ** turns; i++) await new Promise(setImmediate);
        stop.abort();
        const outcome = await writing;
        if (outcome !== true) expect(outcome).toMatchObject({ code: 'E_CANCELLED' });
        // A store may have done what nobody waited to hear: then it is there, but whole.
        const mayBeMissing = outcome !== true && (await world.read(name)) === undefined;
        if (!mayBeMissing) await expectBytes(world, name, bytes);
      }
    },
  },
  {
    title: 'writes many files at once, each whole',
    async prove(subject) {
      await using world = await subject.open();
      const files = Array.from({ length: 24 }, (_, i) => fileOf(`p=${i % 3}/${i}.bin`, ...halves(pattern(70_000, i))));
      const receipts = await Promise.all(files.map((file) => world.sink.write(file, never)));
      expect(receipts.map(({ sizeBytes }) => sizeBytes)).toEqual(files.map(({ sizeBytes }) => sizeBytes));
      await expectAll(world, subject, files);
    },
  },
  {
    title: 'lets one of several writers of the same name win, unless their bytes are equal',
    skip: (subject) => nameless(subject) ?? subject.racy,
    async prove(subject) {
      await using world = await subject.open();
      const sinks: Sink[] = [world.sink, world.sink, await world.another(), await world.another()];
      const write = (name: string, textOf: (i: number) => string) =>
        Promise.allSettled(sinks.map((sink, i) => sink.write(fileOf(name, textOf(i)), never)));
      const equal = await write('equal.bin', () => 'same');
      expect(equal.map(({ status }) => status)).toEqual(sinks.map(() => 'fulfilled'));
      const different = await write('different.bin', (i) => `writer ${i}`);
      const winners = different.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
      expect(winners).toHaveLength(1);
      await expectBytes(world, 'different.bin', Buffer.from(`writer ${winners[0]}`));
      const lost = different.filter((result) => result.status === 'rejected');
      for (const { reason } of lost) expect(reason).toMatchObject({ code: 'E_CONFLICT' });
    },
  },
  {
    title: 'checks its place without leaving a trace, and says what to do when it cannot be used',
    skip: ({ hasCheck }) => (hasCheck ? undefined : 'it has nothing to check'),
    async prove(subject) {
      await using world = await subject.open();
      await world.sink.check!();
      expect(await world.names()).toEqual([]);
      const hint = expect.stringMatching(/\w/);
      await expect((await world.missing!()).check!()).rejects.toMatchObject({ name: 'ParquetryError', hint });
    },
  },
  {
    title: 'can be closed twice, and what was written stays',
    async prove(subject) {
      await using world = await subject.open();
      await world.sink.write(fileOf(NAME, 'kept'), never);
      await world.sink.close();
      await world.sink.close();
      await expectBytes(world, NAME, Buffer.from('kept'));
    },
  },
];

async function expectBytes(world: SinkWorld, name: string, bytes: Uint8Array): Promise<void> {
  const found = await world.read(name);
  expect(found?.length, name).toBe(bytes.length);
  expect(Buffer.compare(found!, bytes), `${name} has other bytes`).toBe(0);
}

/** All files; of a sink without names, in the order of the calls. */
async function expectAll(world: SinkWorld, subject: SinkSubject, files: readonly OutputFile[]): Promise<void> {
  const whole = async (file: OutputFile) => Buffer.concat(await chunksIn(file));
  if (subject.nameless !== undefined) return expectBytes(world, '', Buffer.concat(await Promise.all(files.map(whole))));
  for (const file of files) await expectBytes(world, file.name, await whole(file));
  expect(await world.names()).toEqual(files.map(({ name }) => name).sort());
}

function halves(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const middle = bytes.length >> 1;
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}
