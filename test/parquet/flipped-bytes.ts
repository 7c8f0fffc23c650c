import type { Fate, ReadingThread } from './reading-thread.ts';

/** A file that was damaged, and what became of it. */
export interface Damaged {
  readonly name: string;
  readonly seed: number;
  readonly fate: Fate;
}

/** Damages each file `times` times, a few bytes each, the same ones for the same seed; answers what hung, crashed or has no code. */
export async function flipBytes(
  thread: ReadingThread,
  files: readonly { name: string; bytes: Uint8Array }[],
  times: number,
): Promise<{ tried: number; refused: number; failed: Damaged[] }> {
  const failed: Damaged[] = [];
  let [tried, refused] = [0, 0];
  for (const { name, bytes } of files) {
    for (let seed = 1; seed <= times; seed++, tried++) {
      const fate = await thread.read(damaged(bytes, seed));
      if (typeof fate === 'string') failed.push({ name, seed, fate });
      else if ('message' in fate) {
        refused++;
        if (!fate.code?.startsWith('E_') || fate.code === 'E_INTERNAL') failed.push({ name, seed, fate });
      }
    }
  }
  return { tried, refused, failed };
}

/** A copy of which a few bits are flipped; the same ones for the same seed. */
export function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const random = generator(seed);
  const flips = 1 + Math.floor(random() * 4);
  for (let i = 0; i < flips; i++) copy[Math.floor(random() * copy.length)]! ^= 1 << Math.floor(random() * 8);
  return copy;
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
