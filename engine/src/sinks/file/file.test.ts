import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunksOf, type OutputFile, type Sink } from '../../core/sink.ts';
import { component, createFileSink } from './index.ts';
import { resolveInside } from './resolve-inside.ts';

let folder: string;
let sink: Sink;
const signal = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-sink-'));
  sink = createFileSink(component.config.parse({ path: 'out' }), { folder });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (name: string, ...texts: string[]): OutputFile => {
  const parts = texts.map((text) => Buffer.from(text));
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
  return { name, chunks: chunksOf(parts), sizeBytes, contentType: 'text/plain', metadata: {} };
};
const at = (name: string) => join(folder, 'out', name);

describe('the file sink', () => {
  it('writes all parts in order under the name, and nothing else', async () => {
    const receipt = await sink.write(file('dt=2026-01-01/a.txt', 'one', 'two'), signal);
    expect(receipt).toEqual({ uri: at('dt=2026-01-01/a.txt'), sizeBytes: 6 });
    expect(await readFile(receipt.uri, 'utf8')).toBe('onetwo');
    expect(await readdir(at('dt=2026-01-01'))).toEqual(['a.txt']);
  });

  it('succeeds again with equal bytes, however they are cut', async () => {
    await sink.write(file('a.txt', 'one', 'two'), signal);
    await sink.write(file('a.txt', 'o', 'netwo'), signal);
    expect(await readdir(at('.'))).toEqual(['a.txt']);
  });

  it.each(['other', 'onetwO', 'onetwo!'])('never overwrites: %s', async (text) => {
    await sink.write(file('a.txt', 'one', 'two'), signal);
    await expect(sink.write(file('a.txt', text), signal)).rejects.toMatchObject({ code: 'E_CONFLICT' });
    expect(await readFile(at('a.txt'), 'utf8')).toBe('onetwo');
    expect(await readdir(at('.'))).toEqual(['a.txt']);
  });

  it('lets one of many writers of the same name win', async () => {
    const texts = ['a', 'b', 'c', 'd', 'e'];
    const results = await Promise.allSettled(texts.map((text) => sink.write(file('x', text), signal)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect(await readFile(at('x'), 'utf8')).toBe(texts[winner]);
  });

  it.each(['../a', 'a/../../b', '/etc/x', 'a//b', 'a/./b', '', 'a\0b'])(
    'does not leave its folder: %j',
    async (name) => {
      await expect(sink.write(file(name, 'x'), signal)).rejects.toMatchObject({ code: 'E_CONFIG' });
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each(['c=a<b/x', 'c=a|b/x', 'c=a./x', 'c=a /x', 'aux/x', 'NUL.parquet', 'com1'])(
    'says of %j that Windows cannot have it, which is the fault of a value',
    (name) => {
      expect(() => resolveInside('out', name, 'win32')).toThrow(expect.objectContaining({ code: 'E_RECORD' }));
      expect(resolveInside('/out', name, 'linux')).toBe(join('/out', name));
    },
  );

  it.each(['dt=2026-01-01/a.parquet', 'c=%3A/x', 'console/x', 'c=aux/x', '.hidden/x'])(
    'takes %j on Windows',
    (name) => {
      expect(resolveInside('/out', name, 'win32')).toBe(join('/out', name));
    },
  );

  it('leaves nothing behind when it is cancelled', async () => {
    await expect(sink.write(file('a.txt', 'x'), AbortSignal.abort())).rejects.toMatchObject({ code: 'E_CANCELLED' });
    expect(await readdir(at('.'))).toEqual([]);
  });

  it('creates its folder at the start, or says that it cannot', async () => {
    await sink.check!();
    expect(await readdir(at('.'))).toEqual([]);
    await writeFile(join(folder, 'taken'), '');
    const blocked = createFileSink(component.config.parse({ path: 'taken' }), { folder });
    await expect(blocked.check!()).rejects.toMatchObject({ code: 'E_CONFIG' });
    await mkdir(join(folder, 'absolute'));
    await createFileSink({ path: join(folder, 'absolute') }, { folder: 'elsewhere' }).check!();
  });
});
