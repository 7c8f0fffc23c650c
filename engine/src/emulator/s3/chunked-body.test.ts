import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeChunked } from './chunked-body.ts';

async function* pieces(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function decode(text: string, sizes: readonly number[] = []) {
  const trailers = new Map<string, string>();
  const chunks: Buffer[] = [];
  for await (const chunk of decodeChunked(pieces(text, sizes), trailers)) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString('latin1'), trailers: Object.fromEntries(trailers) };
}

const SIGNED =
  '5;chunk-signature=ab12\r\nhello\r\n6;chunk-signature=cd34\r\n world\r\n0;chunk-signature=ef56\r\n' +
  'x-amz-checksum-crc32:DUoRhQ==\r\nx-amz-trailer-signature:0123\r\n\r\n';

test('decodes signed chunks with trailers however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
      expect(await decode(SIGNED, sizes)).toEqual({
        text: 'hello world',
        trailers: { 'x-amz-checksum-crc32': 'DUoRhQ==', 'x-amz-trailer-signature': '0123' },
      });
    }),
  );
});

test('passes on chunks that hold line breaks', async () => {
  expect((await decode('7\r\na\r\n0\r\n\r\r\n0\r\n\r\n')).text).toBe('a\r\n0\r\n\r');
});

test.each([
  ['an empty body without a last chunk', ''],
  ['a chunk that stops early', '5\r\nhel'],
  ['a chunk longer than announced', '2\r\nhello\r\n0\r\n\r\n'],
  ['a length that is no number', 'xyz\r\nhello\r\n0\r\n\r\n'],
  ['a length beyond reason', 'fffffffffffffff\r\n'],
  ['bytes after the end', '0\r\n\r\nmore'],
  ['a line without end', `5;${'x'.repeat(5000)}`],
])('refuses %s', async (_, text) => {
  await expect(decode(text)).rejects.toMatchObject({ code: 'IncompleteBody' });
});

test('refuses trailers without end', async () => {
  const text = `0\r\n${`x:${'y'.repeat(1000)}\r\n`.repeat(20)}\r\n`;
  await expect(decode(text)).rejects.toMatchObject({ code: 'MalformedTrailerError' });
});
