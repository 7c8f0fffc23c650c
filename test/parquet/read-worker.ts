import { parentPort } from 'node:worker_threads';
import { openParquet } from '../../engine/src/parquet/reader.ts';
import { bytesSource } from './our-rows.ts';

/** Reads the files it is sent, and answers with the rows there were or the error. */
parentPort!.on('message', async (bytes: Uint8Array) => {
  try {
    const reader = await openParquet(bytesSource(bytes));
    let rows = 0;
    for await (const batch of reader.batches()) rows += batch.rows.length;
    parentPort!.postMessage({ rows });
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message: string };
    parentPort!.postMessage({ code, message });
  }
});
