import { expect, it } from 'vitest';
import { steadyCredentials } from './steady-credentials.ts';

function setUp(expiration?: Date) {
  let now = 0;
  let isAway = false;
  const provider = steadyCredentials(
    async () => {
      if (isAway) throw new Error('away');
      return { accessKeyId: 'A', expiration };
    },
    () => now,
  );
  return {
    provider,
    at(ms: number) {
      now = ms;
      isAway = true;
    },
  };
}

it('gives the last keys while they are good and no others are to be had', async () => {
  const { provider, at } = setUp(new Date(60_000));
  const keys = await provider();
  at(59_999);
  expect(await provider()).toBe(keys);
  at(60_000);
  await expect(provider()).rejects.toThrow('away');
});

it('has nothing to give before the first keys, nor when they have no end: then others were wanted', async () => {
  const { provider, at } = setUp();
  await provider();
  at(1);
  await expect(provider()).rejects.toThrow('away');
  const never = steadyCredentials(() => Promise.reject(new Error('away')));
  await expect(never()).rejects.toThrow('away');
});
