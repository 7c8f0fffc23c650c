import type { Readable } from 'node:stream';
import { createGunzip, type Gunzip, type ZlibOptions } from 'node:zlib';
import { ParquetryError } from '../../core/errors.ts';
import { freeBuffer } from '../../core/free-buffer.ts';
import { readAhead } from './read-ahead.ts';

/**
 * The unpacked bytes of all members of gzip, one behind the other, read ahead; chunks of the stream are freed when they are
 * unpacked. Behind the last member there may be zeros, with which some writers fill their blocks. Anything behind zeros is
 * refused with E_INTEGRITY: zlib ends at the first of them and would say nothing of it.
 */
export async function* gunzipAhead(stream: Readable, name: string, options: ZlibOptions): AsyncGenerator<Buffer> {
  const gunzip = createGunzip(options);
  const input: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  const given = feed(gunzip, input);
  yield* readAhead(gunzip);
  const usedBytes = gunzip.bytesWritten;
  if (given.bytes > usedBytes)
    await expectZeros(given.last!.subarray(usedBytes - given.bytes), input, { name, usedBytes });
}

/** What zlib was given. */
interface Given {
  bytes: number;
  /** The last chunk: still there, unless all of it was used. */
  last?: Buffer;
}

/**
 * Gives zlib one chunk at a time, until one of them is not used up. By hand, for a pipeline would end the input together with
 * zlib, and what follows would not be seen. An error of the input is one of zlib's stream.
 */
function feed(gunzip: Gunzip, input: AsyncIterator<Buffer>): Given {
  const given: Given = { bytes: 0 };
  const write = async () => {
    for (let next = await input.next(); !next.done; next = await input.next()) {
      given.last = next.value;
      given.bytes += next.value.byteLength;
      // Where zlib has ended this may never come back.
      await new Promise((resolve) => gunzip.write(next.value, resolve));
      if (gunzip.destroyed || gunzip.bytesWritten < given.bytes) return;
      freeBuffer(next.value);
    }
    gunzip.end();
  };
  write().catch((error) => gunzip.destroy(error));
  return given;
}

async function expectZeros(
  first: Buffer,
  input: AsyncIterator<Buffer>,
  { name, usedBytes }: { readonly name: string; readonly usedBytes: number },
): Promise<void> {
  let at = usedBytes;
  for (let next: IteratorResult<Buffer> = { value: first }; !next.done; next = await input.next()) {
    const found = next.value.findIndex((byte) => byte !== 0);
    if (found >= 0) throw notOnlyZeros(name, usedBytes, at + found);
    at += next.value.byteLength;
  }
}

/** The error for bytes behind zeros. */
export function notOnlyZeros(name: string, from: number, at: number): ParquetryError {
  return new ParquetryError(
    'E_INTEGRITY',
    `${name} must hold nothing but zeros from byte ${from} on, got more at byte ${at}`,
    {
      hint: 'Members of gzip must follow each other directly: unpack the parts by themselves, or have it written again.',
      details: { from, at },
    },
  );
}
