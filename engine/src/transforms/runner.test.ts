import { describe, expect, it, vi } from 'vitest';
import type { DeliveryContext, TransformResult, TransformRunner } from '../columns/transform.ts';
import type { Schema } from '../core/schema.ts';
import { t } from './api.ts';
import { compileTransform } from './compile.ts';
import { createTransformRunner, type TransformRunnerOptions } from './runner.ts';
import { batchOf, createProject, deliveryOf, rowsOf } from './testing.ts';

const input: Schema = t.row({ id: t.int(), name: t.string().optional() });
const people = [
  { id: 1, name: 'Ada' },
  { id: 2, name: null },
  { id: 3, name: 'Øystein' },
];

async function runnerOf(
  definition: string,
  schema: Schema = input,
  options: Partial<TransformRunnerOptions> = {},
): Promise<TransformRunner> {
  await using files = await createProject({
    'transform.ts': `import { defineTransform, t, time, drop, matches } from 'parquetry';\n\nexport default defineTransform(${definition});\n`,
  });
  const compiled = await compileTransform(files.path('transform.ts'));
  return await createTransformRunner(compiled, schema, { pipeline: 'people', folder: '/nowhere', ...options });
}

/** Runs a definition over three people, or over other records. */
async function run(
  definition: string,
  { records = people, schema = input, options = {}, deliveries = [deliveryOf()] }: RunOptions = {},
): Promise<TransformResult> {
  const runner = await runnerOf(definition, schema, options);
  return runner.run(batchOf(schema, records), deliveries);
}

interface RunOptions {
  readonly records?: readonly object[];
  readonly schema?: Schema;
  readonly options?: Partial<TransformRunnerOptions>;
  readonly deliveries?: readonly DeliveryContext[];
}

const OUTPUT = 'output: t.row({ id: t.int(), label: t.string().optional() })';

describe('a transform runner', () => {
  it('maps records to rows, leaving out what is dropped, and knows where each row came from', async () => {
    const result = await run(`{ ${OUTPUT},
      map: (r, { drop }) => r.name === null ? drop('nameless') : { id: r.id, label: r.name.toUpperCase() } }`);
    expect(rowsOf(result.output)).toEqual([
      { id: 1, label: 'ADA' },
      { id: 3, label: 'ØYSTEIN' },
    ]);
    expect([...result.origin]).toEqual([0, 2]);
    expect(result.dropped).toEqual([{ row: 1, reason: 'nameless' }]);
    expect(result.failed).toEqual([]);
  });

  it('takes several rows of one record, and accounts for a record of none', async () => {
    const result = await run(`{ ${OUTPUT},
      map: (r) => Array.from({ length: r.id - 1 }, (_, i) => ({ id: i, label: r.name })) }`);
    expect([...result.origin]).toEqual([1, 2, 2]);
    expect(result.dropped).toEqual([{ row: 0, reason: 'no rows' }]);
  });

  it('grows with records that become many rows', async () => {
    const result = await run(`{ ${OUTPUT}, map: (r) => Array.from({ length: 5000 }, (_, id) => ({ id })) }`);
    expect(result.output.length).toBe(15_000);
    expect(result.origin[14_999]).toBe(2);
  });

  it('takes all rows of a record back when one does not fit, and goes on', async () => {
    const result = await run(`{ ${OUTPUT},
      map: (r) => [{ id: r.id, label: 'first' }, { id: r.id === 2 ? 2.5 : r.id, label: 'second' }] }`);
    expect(rowsOf(result.output).map(({ id }) => id)).toEqual([1, 1, 3, 3]);
    expect([...result.origin]).toEqual([0, 0, 2, 2]);
    expect(result.failed).toEqual([
      { row: 1, reason: 'misfit', message: 'id must be an int within ±(2^53 - 1), got 2.5', field: 'id' },
    ]);
  });

  it('costs only the record for which map throws, and maps its stack to the user file', async () => {
    const result = await run(`{ ${OUTPUT},
      map: (r) => {
        return { id: r.id, label: r.name.trim() };
      } }`);
    expect(result.output.length).toBe(2);
    const [failure] = result.failed;
    expect(failure).toMatchObject({ row: 1, reason: 'thrown' });
    expect(failure?.message).toBe("TypeError: Cannot read properties of null (reading 'trim')");
    expect(failure?.stack).toMatch(/^TypeError: .*\n {4}at .*transform\.ts:5:42\)?$/);
  });

  it('shows where the user called a helper that threw, not the inside of the helper', async () => {
    const { failed } = await run(`{ ${OUTPUT},
      map: (r) =>
        ({ id: time.parse(r.name ?? '', '%d.%m') }) }`);
    expect(failed[1]?.message).toBe('RangeError: time.parse: must be %d.%m, got ""');
    expect(failed[1]?.stack).toMatch(/^RangeError: .*\n {4}at .*transform\.ts:5:21\)?$/);
  });

  it('survives whatever is thrown', async () => {
    const result = await run(`{ ${OUTPUT}, map: (r) => {
      if (r.id === 1) throw null;
      if (r.id === 2) { const e = new Error(); Object.defineProperty(e, 'message', { get() { throw e } }); e.stack = 1; throw e; }
      const deep = () => deep() + 1; return deep();
    } }`);
    expect(result.failed.map(({ message }) => message)).toEqual([
      'a thrown object: null',
      'an error that cannot be shown',
      'RangeError: Maximum call stack size exceeded',
    ]);
  });

  it.each([
    ['undefined', 'undefined'],
    ['null', 'null'],
    ['"row"', '"row"'],
    ['[[{ id: 1 }]]', 'an array'],
    ['[drop("x")]', 'an object'],
  ])('refuses %s as a result', async (result, got) => {
    const { failed } = await run(`{ ${OUTPUT}, map: () => (${result}) }`);
    expect(failed[0]).toMatchObject({ reason: 'misfit', field: undefined });
    expect(failed[0]?.message).toMatch(/^map must return a(n array)?( of)? row/);
    expect(failed[0]?.message.endsWith(`got ${got}`)).toBe(true);
  });

  it('refuses a promise, and takes care of its rejection', async () => {
    const { failed } = await run(`{ output: t.row({ id: t.int().optional() }), map: async () => { throw 1 } }`);
    expect(failed).toHaveLength(3);
    expect(failed[0]?.message).toBe('map must return a row, an array of rows or drop(reason), at once, got a Promise');
  });

  it('lets user code change its record', async () => {
    const { output } = await run(`{ ${OUTPUT}, map: (r) => { r.id *= 2; r.label = 'x'; delete r.name; return r; } }`);
    expect(rowsOf(output)[2]).toEqual({ id: 6, label: 'x' });
  });

  it('takes a frozen row again and again', async () => {
    const { output } = await run(
      `{ ${OUTPUT}, setup: () => Object.freeze({ id: 7 }), map: (_, { state }) => [state, state] }`,
    );
    expect(output.length).toBe(6);
  });

  it('counts undeclared keys by path, of inner objects too', async () => {
    const { undeclaredKeys } = await run(`{
      output: t.row({ id: t.int(), at: t.struct({ lat: t.double() }).optional() }),
      map: (r) => ({ ...r, at: r.id > 1 ? { lat: 1, lon: 2 } : undefined }) }`);
    expect(undeclaredKeys).toEqual(
      new Map([
        ['name', 3],
        ['at.lon', 2],
      ]),
    );
  });

  it('starts every run anew', async () => {
    const runner = await runnerOf(
      `{ ${OUTPUT}, map: (r) => r.id === 2 ? drop('two') : { ...r, id: r.id === 3 ? 0.5 : 1 } }`,
    );
    const first = await runner.run(batchOf(input, people), [deliveryOf()]);
    const second = await runner.run(batchOf(input, people), [deliveryOf()]);
    expect(second).toEqual(first);
    expect(second.output.length).toBe(1);
  });

  it('copies no text that map hands on, even if it looks at it and changes the record', async () => {
    const schema = t.row({ name: t.string(), town: t.string(), tags: t.list(t.string()) });
    const records = Array.from({ length: 50 }, (_, i) => ({
      name: `name ${i}`,
      town: `town ${i % 5}`,
      tags: [`${i}`],
    }));
    const definition = `{ output: t.row({ who: t.string(), town: t.string(), tags: t.list(t.string()) }), map: (r) => {
      if (r.name.endsWith('7')) return drop('seven');
      const row = { who: r.name, town: r.town, tags: r.tags };
      r.town = 'moved'; r.name = 'gone';
      return row;
    } }`;
    const runner = await runnerOf(definition, schema, { plain: true });
    const batch = batchOf(schema, records);
    const { output, origin } = await runner.run(batch, [deliveryOf()]);
    expect(output.columns.map(({ picked }) => picked?.rows)).toEqual([origin, origin, origin]);
    expect(rowsOf(output)).toEqual(
      records.filter((_, i) => i % 10 !== 7).map(({ name, ...rest }) => ({ who: name, ...rest })),
    );
  });

  it('handles a batch without rows', async () => {
    const { output, origin } = await run(`{ ${OUTPUT}, map: (r) => r }`, { records: [] });
    expect([output.length, origin.length]).toEqual([0, 0]);
  });

  it('refuses records unseen, or passes through the fields that fit where that is asked for', async () => {
    const definition = `{ output: t.row({ id: t.int(), label: t.string().optional() }), map: () => { throw 1; } }`;
    const why = { reason: 'stuck', message: 'never came back' } as const;
    const refused = await runnerOf(definition, input);
    const { output, failed } = refused.refuse(batchOf(input, people), why);
    expect([output.length, failed.map(({ row }) => row)]).toEqual([0, [0, 1, 2]]);
    expect(failed[0]).toMatchObject(why);
    const passing = await runnerOf(definition, input, { passthrough: true });
    const passed = passing.refuse(batchOf(input, people), why);
    expect(rowsOf(passed.output).map(({ id }) => Number(id))).toEqual([1, 2, 3]);
    expect(passed.passedThrough).toMatchObject([why, why, why]);
  });

  it('shows the delivery and the record it is at', async () => {
    const position = new Int32Array(2);
    const runner = await runnerOf(
      `{ output: t.row({ at: t.int() }), setup: () => globalThis.shared, map: (_, { state }) => ({ at: state[0] * 10 + state[1] }) }`,
      input,
      { position: Object.assign(globalThis, { shared: position }).shared },
    );
    const { output } = await runner.run(batchOf(input, people), [deliveryOf()]);
    expect(rowsOf(output).map(({ at }) => at)).toEqual([0, 1, 2]);
    expect([...position]).toEqual([-1, -1]);
  });

  it('shows them for a built-in on columns, too, which may hang in a regular expression', async () => {
    const position = new Int32Array(2);
    const seen = new Map<string, number[]>();
    const runner = await runnerOf(
      `{ output: t.row({ found: t.bool().optional() }), map: (r) => ({ found: matches(r.name, /^(a+)+$/) }) }`,
      input,
      { position },
    );
    const spy = vi.spyOn(RegExp.prototype, 'test').mockImplementation((text) => {
      seen.set(text, [...position]);
      return false;
    });
    await runner.run(batchOf(input, people), [deliveryOf()]);
    spy.mockRestore();
    expect([seen.get('Ada'), seen.get('Øystein')]).toEqual([
      [0, 0],
      [0, 2],
    ]);
    expect([...position]).toEqual([-1, -1]);
  });
});

describe('ctx', () => {
  const tell = `{ output: t.row({ now: t.timestamp(), id: t.string(), uuids: t.list(t.uuid()), color: t.string().optional() }),
    map: (_, { now, uuid, deliveryId, ordinal, attributes }) =>
      ({ now, id: deliveryId + '#' + ordinal, uuids: [uuid(), uuid()], color: attributes.color }) }`;

  it('tells when the delivery was sent, whose it is, and its attributes', async () => {
    const deliveries = [deliveryOf({ id: 'a', sentAtMs: 5, attributes: { color: 'red' } })];
    const [row] = rowsOf((await run(tell, { deliveries })).output);
    expect(row).toMatchObject({ now: 5000, id: 'a#0', color: 'red' });
  });

  it('takes the time of receipt where nothing else is known', async () => {
    const [row] = rowsOf((await run(tell, { deliveries: [deliveryOf({ receivedAtMs: 9 })] })).output);
    expect(row).toMatchObject({ now: 9000, color: null });
  });

  it('gives the same uuids on a replay, and no uuid twice', async () => {
    const first = rowsOf((await run(tell)).output).flatMap(({ uuids }) => uuids as string[]);
    const replay = rowsOf((await run(tell, { deliveries: [deliveryOf({ receivedAtMs: 1 })] })).output);
    expect(replay.flatMap(({ uuids }) => uuids)).toEqual(first);
    expect(new Set(first).size).toBe(6);
    expect(first[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('setup and prefetch', () => {
  it('run once a lane and once a batch, their results in ctx', async () => {
    const runner = await runnerOf(`{ ${OUTPUT},
      setup: async ({ pipeline, folder }) => ({ pipeline, folder, batches: 0 }),
      prefetch: async (records, { state }) => { state.batches++; return new Map(records.map((r) => [r, r.id * 10])); },
      map: (r, { state, prefetched }) => ({ id: prefetched.get(r), label: state.pipeline + state.batches + state.folder }) }`);
    await runner.run(batchOf(input, people), [deliveryOf()]);
    const { output } = await runner.run(batchOf(input, people), [deliveryOf()]);
    expect(rowsOf(output)[2]).toEqual({ id: 30, label: 'people2/nowhere' });
  });

  it('fails with the line at which setup threw', async () => {
    const failure = runnerOf(`{ ${OUTPUT},\n setup() {\n throw new Error('no table'); }, map: (r) => r }`);
    await expect(failure).rejects.toMatchObject({ code: 'E_TRANSFORM', line: 5, retryable: false });
  });

  it('fails a batch, to be tried again, when prefetch throws', async () => {
    const failure = run(`{ ${OUTPUT}, prefetch: () => Promise.reject(new Error('timeout')), map: (r) => r }`);
    await expect(failure).rejects.toMatchObject({ code: 'E_TRANSFORM', retryable: true });
  });
});

describe('passthrough', () => {
  const options = { passthrough: true };

  it('puts the fitting input fields in the place of a record that failed', async () => {
    const result = await run(
      `{ output: t.row({ id: t.int(), name: t.string().optional(), label: t.string().optional() }),
         map: (r) => { if (r.id === 2) { r.id = 'two'; throw new Error('two'); } return { id: r.id, label: 'ok' }; } }`,
      { options },
    );
    expect(rowsOf(result.output).map(({ id, label }) => [id, label])).toEqual([
      [1, 'ok'],
      [2, null],
      [3, 'ok'],
    ]);
    expect(result.failed).toEqual([]);
    expect(result.passedThrough).toMatchObject([{ row: 1, reason: 'thrown', message: 'Error: two' }]);
  });

  it('fails records whose input cannot stand in', async () => {
    const definition = '{ output: t.row({ id: t.int32() }), map: () => ({ id: 0.5 }) }';
    const result = await run(definition, { options });
    expect(result.output.length).toBe(0);
    expect(result.failed).toHaveLength(3);
  });
});

describe('a runner without a transform', () => {
  it('hands the columns on as they are', async () => {
    const runner = await createTransformRunner(undefined, input, { pipeline: 'people', folder: '/nowhere' });
    const batch = batchOf(input, people);
    const result = await runner.run(batch, [deliveryOf()]);
    expect(result.output).toBe(batch.rows);
    expect([...result.origin]).toEqual([0, 1, 2]);
    expect(runner.output).toBe(input.fields);
  });
});

describe('an input value that JavaScript cannot hold exactly', () => {
  it('fails its record, naming the field, and shows no wrong number to user code', async () => {
    const schema = t.row({ at: t.timestamp() });
    const beyond = 2 ** 53;
    const batch = batchOf(schema, [{ at: 1 }, { at: beyond }, { at: 3 }]);
    const micros = batch.rows.columns[0]?.values as BigInt64Array;
    micros[1] = BigInt(beyond) + 1n;
    const runner = await runnerOf('{ output: t.row({ at: t.timestamp() }), map: (r) => r }', schema);
    const result = await runner.run(batch, [deliveryOf()]);
    expect([...result.origin]).toEqual([0, 2]);
    expect(result.failed).toMatchObject([{ row: 1, reason: 'misfit', field: 'at' }]);
    expect(result.failed[0]?.message).toContain('2255-06-05T23:47:34.740993Z');
  });
});
