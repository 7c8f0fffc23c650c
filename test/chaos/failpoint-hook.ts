import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { FAILPOINT_CHANNEL, type Failpoint, failpoints } from '../../engine/src/core/failpoint.ts';
import { STRIKES_FD, STRIKES_VARIABLE, type Strike } from './strikes.ts';

/*
 * Loaded by `node --import` into each thread of an engine under test, before the engine: strikes it at failpoints. Threads share
 * how often each failpoint was come to, and by how much the clock is wrong.
 */
const SHARED = 'parquetry-test-strikes';

interface Shared {
  readonly strikes: readonly Strike[];
  readonly hits: Int32Array;
  /** Of one number: milliseconds that the clock has jumped. */
  readonly jumpedMs: Int32Array;
}

if (isMainThread) {
  setEnvironmentData(SHARED, createShared() as never);
  dieWithTest();
}
const { strikes, hits, jumpedMs } = getEnvironmentData(SHARED) as unknown as Shared;

const realNow = Date.now;
Date.now = () => realNow() + Atomics.load(jumpedMs, 0);
subscribe(FAILPOINT_CHANNEL, (name) => cameTo(name as Failpoint));

/** A test run that is killed must not leave engines behind: its end of the pipe closes with it. */
function dieWithTest(): void {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
  (process.stdin as unknown as { unref?(): void }).unref?.();
}

function createShared(): Shared {
  const shared = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
  return {
    strikes: JSON.parse(process.env[STRIKES_VARIABLE] ?? '[]'),
    hits: shared(failpoints.length),
    jumpedMs: shared(1),
  };
}

function cameTo(point: Failpoint): void {
  const hit = Atomics.add(hits, failpoints.indexOf(point), 1) + 1;
  for (const strike of strikes) if (strike.point === point && strike.hit === hit) execute(strike);
}

function execute(strike: Strike): void {
  writeSync(STRIKES_FD, `${JSON.stringify(strike)}\n`);
  if (strike.do === 'jump') Atomics.add(jumpedMs, 0, strike.ms ?? 0);
  else process.kill(process.pid, strike.do === 'kill' ? 'SIGKILL' : 'SIGSTOP');
}
