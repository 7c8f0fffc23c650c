import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyMemory } from '../../core/body-memory.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { Source } from '../../core/source.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import { component } from './index.ts';

let folder: string;
const signal = new AbortController().signal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-source-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function open(path: string, bodyMemory?: BodyMemory): Promise<Source> {
  const context: ComponentContext = {
    folder,
    pipeline: 'p',
    runId: 'r',
    aws: {},
    expectedHoldMs: 60_000,
    bodyMemory,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  return component.create(component.config.parse({ path }), context);
}

/** Memory in which each piece has a place of its own. */
class CountedMemory implements BodyMemory {
  readonly lent = new Set<number>();
  readonly #buffer = new ArrayBuffer(200 << 20);
  #end = 0;

  take(size: number): Uint8Array<ArrayBuffer> {
    const start = this.#end;
    this.#end += size;
    this.lent.add(start);
    return new Uint8Array(this.#buffer, start, size);
  }

  give({ buffer, byteOffset }: Uint8Array): boolean {
    return buffer === this.#buffer && this.lent.delete(byteOffset);
  }
}

async function readAll(path: string): Promise<Delivery[]> {
  const reader = await (await open(path)).createReader();
  const all: Delivery[] = [];
  for (let some = await reader.receive(signal); some !== undefined; some = await reader.receive(signal))
    all.push(...some);
  await reader.close();
  return all;
}
const textsOf = (deliveries: Delivery[]) =>
  Object.fromEntries(deliveries.map(({ id, body }) => [id, Buffer.from(body).toString()]));

describe('the file source', () => {
  it('reads plain and packed files in the order of their names', async () => {
    await mkdir(join(folder, 'data/deep'), { recursive: true });
    await writeFile(join(folder, 'data/b.ndjson'), '{"b":1}\n{"b":2}');
    await writeFile(join(folder, 'data/a.json.gz'), gzipSync('{"a":1}\n'));
    await writeFile(join(folder, 'data/deep/c.ndjson.zst'), zstdCompressSync('{"c":1}\n'));
    await writeFile(join(folder, 'data/empty.json'), '');
    expect(textsOf(await readAll('data/**'))).toEqual({
      'data/a.json.gz:0': '{"a":1}\n',
      'data/b.ndjson:0': '{"b":1}\n{"b":2}',
      'data/deep/c.ndjson.zst:0': '{"c":1}\n',
    });
  });

  it('cuts a large file at newlines and names the pieces by their offset', async () => {
    const line = `${JSON.stringify({ pad: 'x'.repeat(1_000) })}\n`;
    await writeFile(join(folder, 'big.ndjson'), line.repeat(3_000));
    const deliveries = await readAll('big.ndjson');
    expect(deliveries.length).toBeGreaterThan(1);
    let offset = 0;
    for (const { id, body } of deliveries) {
      expect(id).toBe(`big.ndjson:${offset}`);
      expect(body.length % line.length).toBe(0);
      offset += body.length;
    }
    expect(offset).toBe(line.length * 3_000);
  });

  it.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ])('reads a .%s file of several members or frames to its end', async (ending, compress) => {
    const parts = Array.from({ length: 5 }, (_, i) => compress(`{"id":${i}}\n`));
    await writeFile(join(folder, `many.ndjson.${ending}`), Buffer.concat(parts));
    expect(Object.values(textsOf(await readAll(`many.ndjson.${ending}`))).join('')).toBe(
      '{"id":0}\n{"id":1}\n{"id":2}\n{"id":3}\n{"id":4}\n',
    );
  });

  it('hands out a JSON array whole', async () => {
    const text = ` \n[\n${Array.from({ length: 50_000 }, (_, i) => `{"id":${i},"pad":"0123456789"}`).join(',\n')}\n]\n`;
    await writeFile(join(folder, 'array.json'), text);
    const deliveries = await readAll('array.json');
    expect(deliveries.map(({ id }) => id)).toEqual(['array.json:0']);
    expect(deliveries[0]?.body.length).toBe(text.length);
  });

  it('takes a name that looks like a pattern as it is', async () => {
    await writeFile(join(folder, 'odd[1].json'), '{}');
    expect(Object.keys(textsOf(await readAll('odd[1].json')))).toEqual(['odd[1].json:0']);
  });

  it.each([
    ['plain', 'big.ndjson', (text: string) => Buffer.from(text)],
    ['packed', 'big.ndjson.gz', gzipSync],
  ])('can be closed in the middle of a %s file', async (_, name, pack) => {
    await writeFile(join(folder, name), pack(`"${'x'.repeat(98)}"\n`.repeat(50_000)));
    const reader = await (await open(name)).createReader();
    expect(await reader.receive(signal)).toHaveLength(1);
    await reader.close();
    await new Promise(setImmediate); // an unhandled error of a stream would fail the run here
  });

  it('says that a file is gone', async () => {
    await writeFile(join(folder, 'a.ndjson'), '{}\n');
    await writeFile(join(folder, 'b.ndjson'), '{}\n');
    const reader = await (await open('*.ndjson')).createReader();
    expect(await reader.receive(signal)).toMatchObject([{ id: 'a.ndjson:0' }]);
    await rm(join(folder, 'b.ndjson'));
    await expect(reader.receive(signal)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it.each(['big.ndjson', 'big.ndjson.gz'])('gives all memory for %s back, wherever reading ends', async (name) => {
    const text = Buffer.from(`"${'x'.repeat(98)}"\n`.repeat(50_000));
    await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
    const memory = new CountedMemory();
    for (const receives of [0, 1, 2, 100]) {
      const reader = await (await open(name, memory)).createReader();
      for (let i = 0; i < receives; i++) {
        const some = await reader.receive(signal);
        if (some === undefined) break;
        expect(memory.lent.has(some[0]!.body.byteOffset)).toBe(true);
        reader.release!(some);
      }
      await reader.close();
      await expect.poll(() => memory.lent.size).toBe(0);
    }
  });

  it('does not read on in a file once it is closed', async () => {
    await writeFile(join(folder, 'big.ndjson'), `"${'x'.repeat(98)}"\n`.repeat(50_000));
    const reader = await (await open('big.ndjson')).createReader();
    await reader.receive(signal);
    await reader.close();
    await expect(reader.receive(signal)).rejects.toMatchObject({ code: 'E_CANCELLED' });
  });

  it('says at the start that nothing matches', async () => {
    await expect((await open('*.nothing')).check!()).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it.each([
    ['cut.json.gz', gzipSync('{"a":1}'.repeat(100)).subarray(0, 20)],
    ['plain.json.gz', Buffer.from('{"a":1}')],
    ['plain.json.zst', Buffer.from('{"a":1}')],
  ])('refuses %s, which cannot be unpacked', async (name, bytes) => {
    await writeFile(join(folder, name), bytes);
    await expect(readAll(name)).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });
});
