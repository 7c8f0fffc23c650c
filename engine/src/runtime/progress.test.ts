import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NumberedDelivery } from './outcomes.ts';
import { notedProgress, parseNote, pulseProgress } from './progress.ts';
import { Pulse } from './pulse.ts';

let folder: string;
let file: number;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-'));
  file = openSync(path.join(folder, 'lane-0'), 'w');
});
afterEach(async () => {
  closeSync(file);
  await rm(folder, { recursive: true });
});

const deliveriesOf = (...ids: string[]) => ids.map((id, i) => ({ seq: 10 + i, delivery: { id } }) as NumberedDelivery);
const noted = () => parseNote(readFileSync(path.join(folder, 'lane-0'), 'utf8'));

test('a note says what the lane is at, and nothing when it is at nothing', () => {
  const progress = notedProgress(pulseProgress(new Pulse()), file);
  expect(noted()).toBeUndefined();
  progress.enter(deliveriesOf('a'.repeat(100), 'b\n"'), false);
  expect(noted()).toEqual({ deliveries: ['a'.repeat(100), 'b\n"'], alone: false, record: -1 });
  progress.enter(deliveriesOf('c'), true);
  progress.at(0, 7);
  expect(noted()).toEqual({ deliveries: ['c'], alone: true, record: 7 });
  progress.leave();
  expect(noted()).toBeUndefined();
});

test('the shared words say the same, by the numbers of the deliveries', () => {
  const pulse = new Pulse();
  const progress = notedProgress(pulseProgress(pulse), file);
  progress.enter(deliveriesOf('a', 'b'), false);
  pulse.position[0] = 1;
  pulse.position[1] = 5;
  expect(pulse.read()).toMatchObject({ seqs: Int32Array.of(10, 11), seq: 11, record: 5, alone: false });
  progress.leave();
  expect(pulse.read()).toMatchObject({ seqs: new Int32Array(), seq: undefined });
});
