import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Encoder, HeldSegment } from '../../engine/src/columns/encoder.ts';
import { bytesOf } from '../../engine/src/columns/segment-bytes.test-support.ts';
import { totalBytes } from '../../engine/src/core/total-bytes.ts';
import { brokenClaims, holdTo } from './claim.ts';
import { encoderClaims } from './encoder-contract.ts';
import type { EncoderFixture } from './encoder-subject.ts';
import { memoryEncoder } from './encoders/memory.ts';
import { findComponents } from './fixtures.ts';

const found = await findComponents<'encoder', EncoderFixture>('encoder');

describe('the contract of an encoder', () => {
  holdTo(encoderClaims, memoryEncoder('memory'));
  for (const { component, fixture } of found) {
    for (const subject of fixture.subjects(component)) holdTo(encoderClaims, subject);
  }
});

/** Ways to break the contract, each with a claim that must see it. */
const broken: readonly [what: string, spoil: (encoder: Encoder) => Encoder, claim: RegExp][] = [
  [
    'loses the last row of a batch',
    changing((encoder) => ({ encode: (batch) => encoder.encode({ ...batch, length: Math.max(batch.length - 1, 0) }) })),
    /keeps every value/,
  ],
  ['signs what it writes', signed, /equal bytes for equal batches/],
  [
    'sorts the segments of a file',
    changing((encoder) => ({ assemble: (segments, about) => encoder.assemble(segments.toSorted(bySize), about) })),
    /in any number and order/,
  ],
  [
    'needs a segment',
    changing((encoder) => ({
      assemble(segments, about) {
        if (segments.length === 0) throw new Error('no segments');
        return encoder.assemble(segments, about);
      },
    })),
    /no segments/,
  ],
  ['cuts its segments out of one buffer', pooled, /can be transferred/],
  [
    'copies the segments of a file',
    changing((encoder) => ({
      assemble: (segments, about) =>
        encoder.assemble(segments, about).map((part) => (part instanceof Uint8Array ? (part.slice() as never) : part)),
    })),
    /without copying/,
  ],
  ['hands out the bytes it works in', shared, /without copying or changing|equal bytes for equal/],
  ['names files with a dot', changing(() => ({ extension: '.v8' })), /what files of it are called/],
];

test.each(broken)('the contract catches an encoder that %s', async (what, spoil, claim) => {
  const titles = await brokenClaims(encoderClaims, memoryEncoder(what, spoil));
  expect(titles).toContainEqual(expect.stringMatching(claim));
});

function changing(change: (encoder: Encoder) => Partial<Encoder>) {
  return (encoder: Encoder): Encoder => ({ ...encoder, ...change(encoder) });
}

function bySize(one: HeldSegment, other: HeldSegment): number {
  return totalBytes(one.parts) - totalBytes(other.parts);
}

function signed(encoder: Encoder): Encoder {
  return { ...encoder, encode: (batch) => ({ ...encoder.encode(batch), meta: Buffer.from(randomUUID()) }) };
}

/** Each segment behind the last one, as small Buffers lie in Node's pool. */
function pooled(encoder: Encoder): Encoder {
  const pool = new Uint8Array(1 << 22);
  let used = 0;
  return {
    ...encoder,
    encode(batch) {
      const { parts, ...segment } = encoder.encode(batch);
      const start = used;
      for (const part of parts) {
        pool.set(part, used);
        used += part.length;
      }
      return { ...segment, parts: [pool.subarray(start, used)] };
    },
  };
}

/** One buffer for all segments, as large as the largest: what the next `encode` writes is in the last segment too. */
function shared(encoder: Encoder): Encoder {
  const memory = new Uint8Array(1 << 20);
  return {
    ...encoder,
    encode(batch) {
      const segment = encoder.encode(batch);
      const bytes = bytesOf(segment);
      memory.set(bytes);
      return { ...segment, parts: [memory.subarray(0, bytes.length)] };
    },
  };
}
