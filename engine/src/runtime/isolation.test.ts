import { describe, expect, test } from 'vitest';
import { ParquetryError } from '../core/errors.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { Isolation, type IsolationParts } from './isolation.ts';
import type { LandingMessage } from './messages.ts';
import type { PoisonState } from './poison-list.ts';
import type { LanePosition } from './supervisor.ts';

const at = (over: Partial<LanePosition> = {}): LanePosition => ({
  chunk: ['a', 'b'],
  delivery: 'b',
  record: 3,
  alone: false,
  ...over,
});
const alone = at({ chunk: ['b'], alone: true });
const died = new ParquetryError('E_LANE', 'lane 0 died');

function setUp(over: Partial<IsolationParts> = {}) {
  const done: string[] = [];
  const told: LandingMessage[] = [];
  const failures: ParquetryError[] = [];
  let processed = 0;
  let nowMs = 0;
  const isolation = new Isolation({
    lanes: {
      size: 1,
      tell: (message) => void told.push(message),
      start: (count) => void done.push(`start ${count}`),
      kill: async (lane, reason) => void done.push(`kill ${lane} ${reason}`),
      replace: async (lane, reason) => void done.push(`replace ${lane} ${reason}`),
    },
    policy: 'dead-letter',
    comesAgain: true,
    comesAgainWithinMs: 1_000,
    transformTimeoutMs: 500,
    clock: { now: () => nowMs, sleep: async () => undefined },
    logger: silentLogger,
    metrics: silentMetrics,
    processed: () => processed,
    acked: () => 0,
    failed: (error) => void failures.push(error),
    ...over,
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const process = (records: number) => {
    processed += records;
  };
  return { isolation, done, told, failures, pass, process };
}

describe('a lost lane', () => {
  test('that is stuck is killed, after all lanes were told of the record', () => {
    const { isolation, done, told, failures } = setUp();
    isolation.stuck(0, at());
    expect(told).toMatchObject([{ type: 'poison', poison: [{ delivery: 'b', record: 3, reason: 'stuck' }] }]);
    expect(done).toEqual(['kill 0 stuck']);
    expect(isolation.greeting()).toMatchObject({ poison: [{ delivery: 'b', record: 3 }] });
    expect(failures).toEqual([]);
  });

  test('that died is replaced, and its chunk suspect', () => {
    const { isolation, done, told } = setUp();
    isolation.died(0, died, at());
    expect(told).toMatchObject([{ type: 'poison', poison: [], suspects: ['a', 'b'] }]);
    expect(done).toEqual(['start 2']);
  });

  test('that died of memory says so', () => {
    const { isolation, told } = setUp();
    const cause = Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
    isolation.died(0, new ParquetryError('E_LANE', 'lane 0 died: heap', { cause }), alone);
    expect(told).toMatchObject([{ poison: [{ delivery: 'b', record: 3, reason: 'memory' }] }]);
  });

  test('that broke when it sealed a row group makes suspects of those whose rows were in it', () => {
    const { isolation, done, told } = setUp();
    isolation.broken(0, died, undefined, ['x', 'y']);
    expect(told).toMatchObject([{ poison: [], suspects: ['x', 'y'] }]);
    expect(done).toEqual(['kill 0 broken']);
  });

  test('that fills up is replaced, and none is to blame; over its limit it is killed', () => {
    const { isolation, done, told } = setUp();
    isolation.swollen(0, 'recycle', at());
    expect([done, told]).toEqual([['replace 0 memory'], []]);
    isolation.swollen(0, 'kill', at());
    expect(done.at(-1)).toBe('kill 0 memory');
    expect(told).toMatchObject([{ suspects: ['a', 'b'] }]);
  });
});

describe('a lost lane ends the run, and says where it was,', () => {
  test.each<[string, Partial<IsolationParts>]>([
    ['where what it held does not come again', { comesAgain: false }],
    ['where no record may be lost', { policy: 'fail' }],
  ])('%s', (_where, over) => {
    const { isolation, failures, told } = setUp(over);
    isolation.stuck(0, at());
    expect(failures[0]).toMatchObject({ code: 'E_LANE' });
    expect(failures[0]?.message).toBe(
      'the transform did not come back within 500 ms at record 3 of delivery b (lane 0)',
    );
    expect(told).toEqual([]);
  });

  test('after twenty in a row with nothing processed in between', () => {
    const { isolation, failures, process } = setUp();
    for (let i = 0; i < 19; i++) isolation.died(0, died, at());
    process(1);
    for (let i = 0; i < 19; i++) isolation.died(0, died, at());
    expect(failures).toEqual([]);
    isolation.died(0, died, at());
    expect(failures[0]?.message).toMatch(/^20 lanes were lost in a row .*: lane 0 died at record 3 of delivery b$/);
  });

  test('after five in a row at no record at all, with nothing written in between', () => {
    const { isolation, failures, process } = setUp();
    for (let i = 0; i < 4; i++) {
      isolation.died(0, died, undefined);
      process(1);
    }
    expect(failures).toEqual([]);
    isolation.died(0, died, undefined);
    expect(failures[0]?.message).toMatch(/^5 lanes were lost in a row .*: lane 0 died at no record$/);
  });
});

describe('after a crash of the process', () => {
  const known: PoisonState = { poison: [], suspects: ['a', 'b'] };
  const guarded = () => {
    const said: unknown[] = [];
    const guard = {
      notes: '',
      restart: { restarts: 1, ending: 'SIGABRT', found: [], known },
      canRestart: () => undefined,
      learned: (found: PoisonState) => void said.push(found.poison),
      cameThrough: (delivery: string) => void said.push(delivery),
    };
    return { said, ...setUp({ guard }) };
  };

  test('one lane runs until all suspects have passed or are poison, and the guardian hears of both', () => {
    const { isolation, said } = guarded();
    expect(isolation.isNarrow).toBe(true);
    isolation.cameThrough('a');
    expect(isolation.isNarrow).toBe(true);
    isolation.stuck(0, alone);
    expect(isolation.isNarrow).toBe(false);
    expect(said).toMatchObject(['a', [{ delivery: 'b', record: 3 }]]);
  });

  test('or until they should have come again', () => {
    const { isolation, pass } = guarded();
    pass(1_000);
    expect(isolation.isNarrow).toBe(false);
    expect(isolation.greeting()).toMatchObject({ suspects: ['a', 'b'] });
  });
});
