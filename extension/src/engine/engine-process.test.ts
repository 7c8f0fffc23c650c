import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import { forkEngine } from './engine-process.ts';

vi.mock('node:child_process', () => ({ fork: vi.fn() }));

/** A child as far as it is looked at: whether it lives, and what was asked of it. */
class FakeChild extends EventEmitter {
  pid: number | undefined = 7;
  connected = true;
  exitCode: number | null = null;
  signalCode: string | null = null;
  readonly stdout = null;
  readonly stderr = null;
  kills = 0;

  kill(): void {
    this.kills++;
  }

  exit(signal: string): void {
    this.signalCode = signal;
    this.emit('exit', null, signal);
  }
}

let child: FakeChild;
let ends: string[];
const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  child = new FakeChild();
  ends = [];
  vi.mocked(fork).mockReturnValue(child as unknown as ChildProcess);
  const engine = forkEngine({ script: '/engine.js', execPath: '/node', env: { AWS_PROFILE: 'work' } }, () => undefined);
  engine.onEnd((why) => ends.push(why));
});

test('runs on the Node it is given, with what is laid over the environment', () => {
  const [script, , options] = vi.mocked(fork).mock.lastCall!;
  expect(script).toBe('/engine.js');
  expect(options).toMatchObject({ execPath: '/node', env: { AWS_PROFILE: 'work', PATH: process.env.PATH } });
});

test('an error of one that lives ends it, and it is over only once it has ended: none is left to itself', async () => {
  child.emit('error', new Error('its pipe broke'));
  await turn();
  expect(child.kills).toBe(1);
  expect(ends).toEqual([]);
  child.exit('SIGTERM');
  await turn();
  expect(ends).toEqual(['its pipe broke']);
});

test('one that could not be started is over at once', async () => {
  child.pid = undefined;
  child.emit('error', new Error('there is no /node'));
  await turn();
  expect(ends).toEqual(['there is no /node']);
  expect(child.kills).toBe(0);
});

test('an error of one that has ended is nobody’s any more', async () => {
  child.exit('SIGKILL');
  child.emit('error', new Error('its pipe broke'));
  await turn();
  expect(ends).toEqual(['SIGKILL ended it']);
  expect(child.kills).toBe(0);
});
