import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fromArrowIpc } from '../../columns/arrow.ts';
import { readRow, type Value } from '../../columns/values.ts';
import { createPeer, type RequestOptions } from '../../protocol/peer.ts';
import type { Rows } from '../../protocol/rows.ts';
import { memoryTransports } from '../../protocol/transport.ts';
import { viewerHandlers } from './viewer.ts';
import type { FileSpec, ViewerMethods } from './viewer-methods.ts';

type Asked<Name extends keyof ViewerMethods> = ViewerMethods[Name]['params'] extends { asked: infer Params }
  ? Omit<Params, 'handle'>
  : never;

/** A file in a folder of its own, and a viewer in this process that is asked about it. */
export async function viewedFile(bytes: Uint8Array) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-viewer-'));
  const place = path.join(folder, 'rows.parquet');
  await writeFile(place, bytes);
  const file: FileSpec = { handle: 'a', place, aws: {}, duckdb: [] };
  const [near, far] = memoryTransports();
  createPeer(far, viewerHandlers());
  const peer = createPeer<ViewerMethods>(near);
  return {
    folder,
    file,
    peer,
    ask<Name extends Exclude<keyof ViewerMethods, `viewer.${string}`>>(
      method: Name,
      asked: Asked<Name>,
      options?: RequestOptions<ViewerMethods[Name]['snapshot']>,
    ): Promise<ViewerMethods[Name]['result']> {
      const params = { file, asked: { handle: file.handle, ...asked } };
      return peer.request(method, params as unknown as ViewerMethods[Name]['params'], options);
    },
    async [Symbol.asyncDispose]() {
      await peer.request('viewer.close', { handle: file.handle });
      peer.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type ViewedFile = Awaited<ReturnType<typeof viewedFile>>;

/** Rows as a page reads them. */
export function rowsOf({ arrow }: Rows): { readonly [name: string]: Value }[] {
  return fromArrowIpc(arrow).flatMap((batch) => Array.from({ length: batch.length }, (_, row) => readRow(batch, row)));
}
