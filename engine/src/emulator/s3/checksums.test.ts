import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineChecksums, createDigest } from './checksums.ts';
import { CRC32, CRC32C, CRC64_NVME, Crc, combineCrc } from './crc.ts';

const crcOf = (spec: typeof CRC32, ...chunks: Buffer[]) => {
  const crc = new Crc(spec);
  for (const chunk of chunks) crc.update(chunk);
  return crc.digest().toString('hex');
};

// Check values of the CRC catalogue, over "123456789".
test.each([
  ['CRC32', CRC32, 'cbf43926'],
  ['CRC32C', CRC32C, 'e3069283'],
  ['CRC64NVME', CRC64_NVME, 'ae8b14860a799888'],
] as const)('computes the catalogue value of %s', (_, spec, expected) => {
  expect(crcOf(spec, Buffer.from('123456789'))).toBe(expected);
  expect(crcOf(spec, Buffer.from('1234'), Buffer.alloc(0), Buffer.from('56789'))).toBe(expected);
});

test('agrees with zlib on any bytes in any pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (pieces) => {
      const chunks = pieces.map((piece) => Buffer.from(piece));
      const expected = crc32(Buffer.concat(chunks)).toString(16).padStart(8, '0');
      expect(crcOf(CRC32, ...chunks)).toBe(expected);
    }),
  );
});

describe.each([
  ['CRC32', CRC32],
  ['CRC32C', CRC32C],
  ['CRC64NVME', CRC64_NVME],
] as const)('%s', (_, spec) => {
  test('of two strings combines to that of both', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        const [a, b] = [Buffer.from(first), Buffer.from(second)];
        const raw = (bytes: Buffer) => Buffer.from(crcOf(spec, bytes), 'hex');
        expect(combineCrc(spec, raw(a), raw(b), b.length).toString('hex')).toBe(crcOf(spec, a, b));
      }),
    );
  });
});

test('a full-object checksum of many parts is the checksum of their bytes', () => {
  const parts = Array.from({ length: 7 }, (_, i) => Buffer.alloc(1000 + i, i));
  const rawOf = (bytes: Buffer) => {
    const digest = createDigest('CRC64NVME');
    digest.update(bytes);
    return digest.digest();
  };
  const combined = combineChecksums(
    'CRC64NVME',
    'FULL_OBJECT',
    parts.map((part) => ({ raw: rawOf(part), sizeBytes: part.length })),
  );
  expect(combined.value).toBe(rawOf(Buffer.concat(parts)).toString('base64'));
});
