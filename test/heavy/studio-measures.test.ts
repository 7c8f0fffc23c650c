/** Profile and plan as a page asks for them: over the protocol, with what an editor has not saved. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyChanges } from '../../engine/src/pipeline/set-in-file.ts';
import type { ProfileResult } from '../../engine/src/protocol/profile.ts';
import { openStudio } from '../../engine/src/studio/open-studio.test-support.ts';

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-measures-'));
  file = path.join(folder, 'pipeline.yaml');
  await cp(path.join(import.meta.dirname, '..', '..', 'examples', 'flights'), folder, { recursive: true });
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('compression: zstd', 'compression: none'));
  const record = (i: number) =>
    JSON.stringify({ delay: (i * 7919) % 180, distance: 100 + ((i * 31) % 900), time: (i % 240) / 10 });
  await writeFile(
    path.join(folder, 'samples', 'flights.ndjson'),
    Array.from({ length: 3_000 }, (_, i) => record(i)).join('\n'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a profile', () => {
  test('shows its steps, and its fix changes the text that is not saved', { timeout: 300_000 }, async () => {
    await using studio = await openStudio([folder]);
    const steps: string[] = [];
    const profile = () =>
      studio.peer.request(
        'profile.run',
        { folder, environment: 'local' },
        { onSnapshot: ({ step }) => steps.push(step) },
      );
    const unsaved = (await readFile(file, 'utf8')).replace('# 200,000 flights', '# Not saved: 200,000 flights');
    await studio.peer.request('workspace.overlay', { file, text: unsaved });
    const before = await profile();
    expect(steps).toContain('Measuring speed');
    const fix = before.advice.find(({ id }) => id === 'codec')!.fix!;
    const text = applyChanges(unsaved, fix.edits);
    expect(text).toContain('# Not saved: 200,000 flights');
    await studio.peer.request('workspace.overlay', { file, text });
    const after = await profile();
    expect([codecOf(before), codecOf(after)]).toEqual(['none', 'zstd']);
    expect(after.encodedBytes).toBeLessThan(before.encodedBytes);
  });

  test('is refused where user code must not run, and outside of the open folders', async () => {
    await using untrusted = await openStudio([folder], false);
    await expect(untrusted.peer.request('profile.run', { folder })).rejects.toMatchObject({ code: 'E_ACCESS' });
    await using studio = await openStudio([folder]);
    const outside = studio.peer.request('profile.run', { folder, samples: ['/etc/hosts'] });
    await expect(outside).rejects.toMatchObject({ code: 'E_ACCESS' });
  });
});

describe('a plan', () => {
  test('measures once for many rates, and warns with a place and a fix', { timeout: 300_000 }, async () => {
    await using studio = await openStudio([folder]);
    const plan = (recordsPerS: number) =>
      studio.peer.request('plan.run', {
        folder,
        environment: 'local',
        recordsPerS,
        recordsPerMessage: 20,
        asksAccount: true,
      });
    const startMs = performance.now();
    const slow = await plan(100_000);
    const slowMs = performance.now() - startMs;
    const quick = await plan(50_000);
    expect(performance.now() - startMs - slowMs).toBeLessThan(slowMs / 2);
    expect(quick.recordsPerSPerLane).toBe(slow.recordsPerSPerLane);
    expect(quick.filesPerHour).toBeLessThanOrEqual(slow.filesPerHour);
    const warning = slow.diagnoses.find(({ message }) => message.startsWith('batch.targetSize'));
    expect(warning).toMatchObject({ severity: 'warning', place: { file, line: 5 } });
    expect(warning!.fixes).toHaveLength(1);
    expect(slow.diagnoses.map(({ message }) => message)).toContain(
      'No account was asked: this environment is the embedded AWS',
    );
    expect(slow.costs.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0)).toBeCloseTo(slow.usdPerMonth);
  });

  test('of no rate is refused', async () => {
    await using studio = await openStudio([folder]);
    const nothing = studio.peer.request('plan.run', { folder, recordsPerS: 0 });
    await expect(nothing).rejects.toMatchObject({ code: 'E_CONFIG' });
  });
});

function codecOf({ codecs }: ProfileResult): string | undefined {
  return codecs.find(({ isCurrent }) => isCurrent)?.codec;
}
