import { describe, expect, test } from 'vitest';
import { exitCodeOf, Guardian, type ProcessEnding } from './guardian.ts';
import type { LaneNote } from './progress.ts';

const aborted: ProcessEnding = { code: null, signal: 'SIGABRT' };
const killed: ProcessEnding = { code: null, signal: 'SIGKILL' };
const chunk = (...deliveries: string[]): LaneNote => ({ deliveries, alone: false, record: -1 });
const alone = (delivery: string, record: number): LaneNote => ({ deliveries: [delivery], alone: true, record });
const facts = (...notes: LaneNote[]) => ({ notes, livedMs: 1_000, canRestart: true, asked: false });

describe('an engine that ends', () => {
  test.each<[ProcessEnding, string, number]>([
    [{ code: 0, signal: null }, 'end', 0],
    [{ code: 1, signal: null }, 'end', 1],
    [{ code: 4, signal: null }, 'end', 4],
    [{ code: null, signal: 'SIGTERM' }, 'end', 143],
    [{ code: null, signal: 'SIGHUP' }, 'end', 129],
    [aborted, 'restart', 134],
    [{ code: null, signal: 'SIGSEGV' }, 'restart', 139],
    [killed, 'restart', 137],
    [{ code: 134, signal: null }, 'restart', 134],
    [{ code: 5, signal: null }, 'restart', 5],
    [{ code: 0xc0000005, signal: null }, 'restart', 0xc0000005],
    [{ code: 0x80000003, signal: null }, 'restart', 0x80000003],
  ])('with %j: %s', (ending, what, code) => {
    expect(new Guardian().ended(ending, facts()).do).toBe(what);
    expect(exitCodeOf(ending)).toBe(code);
  });

  test('by a crash while it was told to end is not started again', () => {
    expect(new Guardian().ended(aborted, { ...facts(), asked: true })).toEqual({ do: 'end', exitCode: 134 });
  });

  test('by a crash is not started again where its source could not hand out again', () => {
    expect(new Guardian().ended(aborted, { ...facts(), canRestart: false })).toEqual({ do: 'end', exitCode: 134 });
  });
});

describe('after a crash', () => {
  test('whatever lanes were at is suspect, and nothing is to blame yet', () => {
    const decision = new Guardian().ended(aborted, facts(chunk('a', 'b'), chunk('c')));
    expect(decision).toMatchObject({
      restart: { restarts: 1, ending: 'SIGABRT (exit code 134)', known: { poison: [], suspects: ['a', 'b', 'c'] } },
    });
  });

  test('the one that is processed by itself when it ends again is to blame', () => {
    const guardian = new Guardian();
    guardian.ended(aborted, facts(chunk('a', 'b')));
    const message = 'the process ended with SIGABRT (exit code 134) at this record';
    expect(guardian.ended(aborted, facts(alone('b', 7)))).toMatchObject({
      restart: { known: { poison: [{ delivery: 'b', record: 7, reason: 'crash', message }], suspects: ['a'] } },
    });
  });

  test('a suspect that passed is none any more', () => {
    const guardian = new Guardian();
    guardian.ended(aborted, facts(chunk('a', 'b')));
    guardian.cameThrough('a');
    expect(guardian.ended(aborted, facts())).toMatchObject({ restart: { known: { suspects: ['b'] } } });
  });

  test('with two lanes at something, none is to blame', () => {
    const guardian = new Guardian();
    expect(guardian.ended(aborted, facts(alone('a', 1), chunk('b')))).toMatchObject({
      restart: { known: { poison: [], suspects: ['a', 'b'] } },
    });
  });

  test('by SIGKILL, which anybody can send, the second one at the same record shows it', () => {
    const guardian = new Guardian();
    expect(guardian.ended(killed, facts(alone('a', 1)))).toMatchObject({ restart: { known: { poison: [] } } });
    expect(guardian.ended(killed, facts(alone('b', 1)))).toMatchObject({ restart: { known: { poison: [] } } });
    expect(guardian.ended(killed, facts(alone('a', 1)))).toMatchObject({
      restart: { known: { poison: [{ delivery: 'a', record: 1 }] } },
    });
  });
});

describe('crash after crash', () => {
  test('waits longer each time, and gives up after six that showed nothing', () => {
    const guardian = new Guardian();
    const decisions = Array.from({ length: 6 }, () => guardian.ended(aborted, facts()));
    const delays = decisions.map((each) => (each.do === 'restart' ? each.delayMs : each.do));
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 'give-up']);
    expect(decisions.at(-1)).toMatchObject({ why: expect.stringContaining('6 times in a row') });
  });

  test('goes on as long as each one shows another record', () => {
    const guardian = new Guardian();
    const decisions = Array.from({ length: 50 }, (_, i) => guardian.ended(aborted, facts(alone('a', i))));
    expect(new Set(decisions.map((each) => each.do))).toEqual(new Set(['restart']));
  });

  test('begins anew after a calm time', () => {
    const guardian = new Guardian();
    for (let i = 0; i < 20; i++) {
      expect(guardian.ended(aborted, { ...facts(), livedMs: 3_600_000 })).toMatchObject({ delayMs: 500 });
    }
  });
});
