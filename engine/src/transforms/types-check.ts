/** Claims about the types of the transform API. Never run: the compiler proves them, each error by its line. */
import {
  decimal,
  defineTransform,
  drop,
  type InputOf,
  type LooseRecord,
  type Timestamp,
  t,
  time,
  type ValueOf,
} from './api.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const claim = <_True extends true>(): void => {};

const output = t.row({
  id: t.int64(),
  at: t.timestamp(),
  country: t.string().optional(),
  geo: t.struct({ lat: t.double(), city: t.string().optional() }).optional(),
  tags: t.list(t.string()).optional(),
  labels: t.map(t.string(), t.int()).optional(),
  extra: t.json().optional(),
});
const at = time.fromMillis(0);

claim<
  Same<
    ValueOf<typeof output>,
    {
      id: bigint;
      at: Timestamp;
      country?: string | null;
      geo?: { lat: number; city?: string | null } | null;
      tags?: readonly string[] | null;
      labels?: ReadonlyMap<string, number> | Readonly<Record<string, number>> | null;
      extra?: unknown;
    }
  >
>();
claim<Same<InputOf<object>, LooseRecord>>();
claim<Same<InputOf<{ input: { id: bigint } }>, { id: bigint }>>();

// A row, rows, a drop, and any mixture of them compile.
defineTransform({ output, map: (record) => ({ id: BigInt(record.id), at }) });
defineTransform({
  output,
  map: () => [
    { id: 1n, at },
    { id: 2n, at, country: null },
  ],
});
defineTransform({ output, map: (record) => (record.bot ? drop('bot') : { id: 1n, at, country: record.country }) });
defineTransform({ output, map: (_, ctx) => (ctx.attributes.skip ? ctx.drop('skip') : [{ id: 1n, at: ctx.now }]) });
defineTransform({ output, map: () => (Math.random() > 2 ? { id: 1n, at } : { id: 2n, at, country: 'NO' }) });
defineTransform({ output, map: () => ({ id: 1n, at, labels: { a: 1 }, extra: { any: ['thing', 1n] } }) });
defineTransform({ output, map: () => ({ id: 1n, at, labels: new Map([['a', 1]]), tags: ['a'] as const }) });
defineTransform({ output, map: (record) => ({ ...record, id: 1n, at }) });
defineTransform({
  output,
  map(record) {
    if (record.bot) return drop('bot');
    const rows = [];
    for (const country of ['NO', 'SE']) rows.push({ id: 1n, at, country });
    return rows;
  },
});
defineTransform({ output: t.row({ ms: t.timestamp('ms'), ns: t.timestamp('ns') }), map: () => ({ ms: at, ns: 1n }) });
defineTransform({ output: t.row({ cost: t.decimal(10, 2) }), map: () => ({ cost: decimal.add('1.10', '2') }) });

interface Declared {
  id: bigint;
  at: Timestamp;
  geo?: { lat: number };
}
declare const declared: Declared;
defineTransform({ output, map: () => declared });
defineTransform({ output, map: (): Declared[] => [declared] });
defineTransform({ output, map: () => ({ ...declared, geo: null, extra: declared }) });

const nested = t.row({ points: t.list(t.struct({ x: t.int(), label: t.string().optional() }).optional()) });
defineTransform({ output: nested, map: (r) => ({ points: [{ x: 1 }, null, { x: 2, label: r.label }] }) });
defineTransform({ output: nested, map: (r) => ({ points: r.points.map((x: number) => ({ x })) }) });
// @ts-expect-error a misspelt optional key in a list of structs
defineTransform({ output: nested, map: () => ({ points: [{ x: 1, lable: 'a' }] }) });
// @ts-expect-error a row or nothing
defineTransform({ output, map: (r) => (r.bot ? undefined : declared) });

// The state of setup and the result of prefetch are typed.
defineTransform({
  output,
  setup: async ({ folder }) => ({ folder, countries: new Map<string, string>() }),
  prefetch: async (records, { state }) => records.map((record) => state.countries.get(record.ip)),
  map: (_, { state, prefetched }) => ({ id: 1n, at, country: state.countries.get('x') ?? prefetched[0] }),
});
// @ts-expect-error without setup there is no state
defineTransform({ output, map: (_, { state }) => ({ id: 1n, at, country: state.countries }) });

// @ts-expect-error a misspelt optional key
defineTransform({ output, map: () => ({ id: 1n, at, contry: 'NO' }) });
// @ts-expect-error a key too many in a spread
defineTransform({ output, map: (r) => ({ ...{ bot: true, id: 1n }, at, country: r.country }) });
defineTransform({
  output,
  // @ts-expect-error a key too many in a variable
  map: () => {
    const row = { id: 1n, at, bot: true };
    return row;
  },
});
defineTransform({
  output,
  map: () => [
    { id: 1n, at },
    // @ts-expect-error a key too many in one of several rows
    { id: 1n, at, bot: true },
  ],
});
// @ts-expect-error a key too many on one of two ways
defineTransform({ output, map: (r) => (r.bot ? drop('bot') : { id: 1n, at, bot: r.bot }) });
// @ts-expect-error a misspelt optional key of a struct
defineTransform({ output, map: () => ({ id: 1n, at, geo: { lat: 1, town: 'Oslo' } }) });
// @ts-expect-error a missing key
defineTransform({ output, map: () => ({ id: 1n }) });
// @ts-expect-error a missing key of a struct
defineTransform({ output, map: () => ({ id: 1n, at, geo: { city: 'Oslo' } }) });
// @ts-expect-error a value of another type
defineTransform({ output, map: () => ({ id: 1, at }) });
// @ts-expect-error null where a value is required
defineTransform({ output, map: () => ({ id: null, at }) });
// @ts-expect-error a plain number is no timestamp: time.fromMicros says what it counts
defineTransform({ output, map: () => ({ id: 1n, at: Date.now() }) });
// @ts-expect-error a Date is no timestamp
defineTransform({ output, map: () => ({ id: 1n, at: new Date() }) });
// @ts-expect-error a promise
defineTransform({ output, map: async () => ({ id: 1n, at }) });
// @ts-expect-error a promise, though every field is optional
defineTransform({ output: t.row({ country: t.string().optional() }), map: async () => ({}) });
// @ts-expect-error nothing returned
defineTransform({ output, map: () => undefined });
// @ts-expect-error an object is no map with number keys
defineTransform({ output: t.row({ m: t.map(t.int(), t.int()) }), map: () => ({ m: { 1: 2 } }) });
// @ts-expect-error no output
defineTransform({ map: () => ({}) });
// @ts-expect-error keys of a map are never optional
t.map(t.string().optional(), t.int());
