import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenStudio, openStudio } from './open-studio.test-support.ts';

let folder: string;
let studio: OpenStudio;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'workspace-service-'));
  studio = await openStudio([folder]);
});

afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe.each([
  ['gzip', gzipSync('{"a":1}\n')],
  ['Parquet', Buffer.from('PAR1\x15\x04\x15\x00\xff\xfePAR1', 'latin1')],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04])],
  ['UTF-16', Buffer.from('{"a":1}\n', 'utf16le')],
])('%s', (name, bytes) => {
  const file = () => path.join(folder, `sample.${name}`);

  test('is not handed out as text', async () => {
    await writeFile(file(), bytes);
    const read = studio.peer.request('workspace.read', { file: file() });
    await expect(read).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: `sample.${name} is no text in UTF-8, so it is not edited here`,
    });
  });

  test.each([undefined, '', bytes.toString('utf8')])('is not written over by a text', async (was) => {
    await writeFile(file(), bytes);
    const write = studio.peer.request('workspace.write', { file: file(), text: 'text', was });
    await expect(write).rejects.toMatchObject({ code: 'E_CONFIG' });
    expect(await readFile(file())).toEqual(bytes);
  });
});

test('a text that has no bytes is not saved as another one', async () => {
  const file = path.join(folder, 'text.yaml');
  await writeFile(file, 'a: 1\n');
  const write = studio.peer.request('workspace.write', { file, text: 'a: \ud800\n', was: 'a: 1\n' });
  await expect(write).rejects.toMatchObject({ code: 'E_CONFIG' });
  expect(await readFile(file, 'utf8')).toBe('a: 1\n');
});

test('a byte order mark and every sign come back as they were', async () => {
  const file = path.join(folder, 'signs.yaml');
  const text = '\ufeffname: größe 𝄞\r\n';
  await writeFile(file, text);
  expect(await studio.peer.request('workspace.read', { file })).toEqual({ text });
  await studio.peer.request('workspace.write', { file, text: `${text}# more\n`, was: text });
  expect(await readFile(file, 'utf8')).toBe(`${text}# more\n`);
});

test('a file that is gone is told; one that is new is what the editor has of it', async () => {
  const file = path.join(folder, 'new.yaml');
  await expect(studio.peer.request('workspace.read', { file })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  await studio.peer.request('workspace.overlay', { file, text: 'a: 1\n' });
  expect(await studio.peer.request('workspace.read', { file })).toEqual({ text: 'a: 1\n', saved: '' });
  await studio.peer.request('workspace.write', { file, text: 'a: 1\n', was: '' });
  expect(await studio.peer.request('workspace.read', { file })).toEqual({ text: 'a: 1\n' });
});
