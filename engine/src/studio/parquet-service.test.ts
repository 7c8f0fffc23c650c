import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { duckdbFile } from '../parquet/files.test-support.ts';
import type { ParquetMethods } from '../protocol/parquet.ts';
import { createPeer, type Peer } from '../protocol/peer.ts';
import { memoryTransports } from '../protocol/transport.ts';
import { createParquetService } from './parquet-service.ts';
import type { Service } from './service.ts';
import { Workbench } from './workbench.ts';

let folder: string;
let service: Service;
let peer: Peer<ParquetMethods>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-viewed-'));
  await writeFile(path.join(folder, 'rows.parquet'), await duckdbFile('SELECT i AS id FROM range(10) t(i)'));
  const workbench = new Workbench();
  workbench.open([folder], false);
  service = createParquetService(workbench);
  const [near, far] = memoryTransports();
  createPeer(far, service.handlers);
  peer = createPeer(near);
});
afterAll(async () => {
  await service.close?.();
  await rm(folder, { recursive: true });
});

test('a file stays open for its pages when the process that reads it dies', async () => {
  const { handle, rows } = await peer.request('parquet.open', { uri: path.join(folder, 'rows.parquet') });
  expect(rows).toBe(10);
  await service.close?.(); // as if it had been killed
  const page = await peer.request('parquet.rows', { handle, start: 0, count: 5 });
  expect([...page.rowNumbers]).toEqual([0, 1, 2, 3, 4]);
  await peer.request('parquet.close', { handle });
  await expect(peer.request('parquet.rows', { handle, start: 0, count: 5 })).rejects.toMatchObject({
    code: 'E_NOT_FOUND',
  });
});

test('files outside of the open folders are neither read nor written, wherever links lead', async () => {
  const outside = path.join(os.tmpdir(), path.basename(folder).concat('-outside.parquet'));
  await symlink('/etc/passwd', path.join(folder, 'link.parquet'));
  const refused = expect.objectContaining({ code: 'E_ACCESS' });
  await expect(peer.request('parquet.open', { uri: outside })).rejects.toEqual(refused);
  await expect(peer.request('parquet.open', { uri: path.join(folder, 'link.parquet') })).rejects.toEqual(refused);
  const { handle } = await peer.request('parquet.open', { uri: path.join(folder, 'rows.parquet') });
  await expect(peer.request('parquet.export', { handle, file: `${outside}.csv` })).rejects.toEqual(refused);
});
