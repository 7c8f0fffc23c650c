import { expect, test } from 'vitest';
import { rowToJson } from '../../engine/src/columns/ndjson-text.ts';
import { formatDate, formatTime } from '../../engine/src/core/calendar.ts';
import type { Field, Schema } from '../../engine/src/core/schema.ts';
import { parseSlot } from '../../engine/src/core/schema-text.ts';
import { createRandom } from '../../engine/src/emulator/random.ts';
import { createJsonScanner } from '../../engine/src/kernel/json-scanner.ts';
import { createKernelScanner } from '../../engine/src/kernel/wasm-scanner.ts';

/*
 * The kernel's scanner and its plain twin over a million records. Shrinking and its bookkeeping would cost a hundred times what the
 * scanners do, so records come from a seeded generator of JSON text, and a difference is told by its seed and its record.
 */
const RECORDS = 1_000_000;
const RECORDS_A_SCHEMA = 1_000;
const SEED = Number(process.env.PARQUETRY_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

type Write = (random: () => number) => string;

const pick = <T>(random: () => number, of: ArrayLike<T>): T => of[Math.floor(random() * of.length)]!;
const whole = (random: () => number, below: number) => Math.floor(random() * below);
const times = (count: number, of: () => string) => Array.from({ length: count }, of);
const digits: (random: () => number, most: number) => string = (random, most) =>
  times(1 + whole(random, most), () => pick(random, '0123456789')).join('');

const pieces = [
  ...'abcXYZ 019_-./',
  'é',
  'ß',
  '漢',
  '😀',
  '\u2028',
  '\\n',
  '\\"',
  '\\\\',
  '\\/',
  '\\u00e9',
  '\\ud83d\\ude00',
  '\\u0000',
];
const texts: Write = (random) =>
  `"${times(whole(random, random() < 0.05 ? 200 : 20), () => pick(random, pieces)).join('')}"`;
const integers = (bits: number, signed: boolean): Write => {
  const most = 2n ** BigInt(signed ? bits - 1 : bits);
  const edges = [0n, 1n, most - 1n, most, ...(signed ? [-1n, -most, -most - 1n] : [-1n])];
  return (random) => {
    if (random() < 0.1) return String(pick(random, edges));
    const value = BigInt(whole(random, 2 ** 53)) * (random() < 0.5 ? 1n : 2_049n);
    return String((signed && random() < 0.5 ? -1n : 1n) * (value % (random() < 0.5 ? 1_000n : most)));
  };
};
const numbers: Write = (random) => {
  if (random() < 0.3) return String((random() - 0.5) * 10 ** whole(random, 20));
  const fraction = random() < 0.6 ? `.${digits(random, 20)}` : '';
  const exponent = random() < 0.3 ? `${pick(random, ['e', 'E', 'e+', 'e-', 'E-'])}${whole(random, 330)}` : '';
  const start = random() < 0.2 ? '0' : `${1 + whole(random, 9)}${digits(random, 20)}`;
  return `${random() < 0.3 ? '-' : ''}${start}${fraction}${exponent}`;
};
const dates: Write = (random) => `"${formatDate(whole(random, 40_000) - 10_000)}"`;
const timesOfDay: Write = (random) => `"${formatTime(whole(random, 86_400_000_000))}"`;
const offsets = ['Z', '', '+00:00', '-07:30', '+14:00', 'z', '+0200'];
const timestamps: Write = (random) => {
  if (random() < 0.1) return String(whole(random, 2e12));
  const second = `${String(whole(random, 24)).padStart(2, '0')}:${String(whole(random, 61)).padStart(2, '0')}:${String(whole(random, 61)).padStart(2, '0')}`;
  const fraction = random() < 0.6 ? `.${digits(random, 9)}` : '';
  return `"${formatDate(whole(random, 40_000) - 10_000)}${pick(random, 'TTTt ')}${second}${fraction}${pick(random, offsets)}"`;
};
const hex = (random: () => number, length: number) =>
  times(length, () => pick(random, '0123456789abcdefABCDEF')).join('');
const uuids: Write = (random) => `"${[8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-')}"`;
const booleans: Write = (random) => pick(random, ['true', 'false']);
const base64: Write = (random) => `"${Buffer.from(hex(random, whole(random, 30))).toString('base64')}"`;

const leaves: Readonly<Record<string, Write>> = {
  int: integers(53, true),
  int8: integers(8, true),
  int16: integers(16, true),
  int32: integers(32, true),
  int64: integers(64, true),
  uint8: integers(8, false),
  uint16: integers(16, false),
  uint32: integers(32, false),
  uint64: integers(64, false),
  float: numbers,
  double: numbers,
  'decimal(18, 4)': numbers,
  'decimal(38, 9)': numbers,
  string: texts,
  bool: booleans,
  date: dates,
  time: timesOfDay,
  'timestamp(ms)': timestamps,
  timestamp: timestamps,
  'timestamp(ns, local)': timestamps,
  uuid: uuids,
  binary: base64,
  json: (random) => pick(random, [texts, numbers, booleans, deep])(random),
};
const leafNames = Object.keys(leaves);

/** Any JSON, up to a few levels deep. */
function deep(random: () => number): string {
  const inner = () => pick(random, [texts, numbers, booleans, random() < 0.3 ? deep : booleans])(random);
  const elements = times(whole(random, 4), inner);
  if (random() < 0.5) return `[${elements.join(pick(random, [',', ' , ']))}]`;
  return `{${elements.map((element) => `${texts(random)}:${element}`).join(',')}}`;
}

interface Slot {
  readonly type: string;
  readonly write: Write;
}

function slotOf(random: () => number, depth = 2): Slot {
  const kind = depth === 0 ? 1 : random();
  if (kind > 0.25) {
    const type = pick(random, leafNames);
    return { type, write: leaves[type]! };
  }
  const inner = slotOf(random, depth - 1);
  const maybe: Write = (random) => (random() < 0.1 ? 'null' : inner.write(random));
  if (kind < 0.1)
    return {
      type: `list<${inner.type}?>`,
      write: (random) => `[${times(whole(random, 5), () => maybe(random)).join(', ')}]`,
    };
  if (kind < 0.18)
    return {
      type: `map<string, ${inner.type}?>`,
      write: (random) => `{${times(whole(random, 4), () => `${texts(random)}:${maybe(random)}`).join(',')}}`,
    };
  return {
    type: `struct<a: ${inner.type}?, b: int?>`,
    write: (random) =>
      objectOf(random, [
        ['a', maybe],
        ['b', leaves.int!],
      ]),
  };
}

/** Keys in any order, some missing, some unknown, now and then one twice. */
function objectOf(random: () => number, members: readonly (readonly [string, Write])[]): string {
  const written: string[] = [];
  const space = () => (random() < 0.1 ? pick(random, [' ', '  ', '\t']) : '');
  for (const [key, write] of members) {
    if (random() < 0.1) continue;
    const value = random() < 0.05 ? 'null' : random() < 0.02 ? deep(random) : write(random);
    const member = `${space()}"${key}"${space()}:${space()}${value}${space()}`;
    written.splice(random() < 0.9 ? written.length : whole(random, written.length + 1), 0, member);
    if (random() < 0.005) written.push(member);
  }
  if (random() < 0.1) written.push(`"x${whole(random, 5)}":${deep(random)}`);
  return `{${written.join(',')}}`;
}

/** One record in twenty is spoiled by a change of some of its characters; it keeps its line. */
function spoiled(random: () => number, text: string): string {
  if (random() < 0.95) return text;
  const at = whole(random, text.length);
  const what = pick(random, [...'"\\{}[],:0-+.eEtfnu 1x\u0001', '']);
  return (text.slice(0, at) + what + text.slice(at + whole(random, 3))).toWellFormed();
}

interface Task {
  readonly schema: Schema;
  readonly rest: boolean;
  readonly body: Buffer;
}

function scanned(create: typeof createJsonScanner | typeof createKernelScanner, { schema, rest, body }: Task) {
  const scanner = create(schema, { rest });
  const records = scanner.add(body);
  const { records: batch, bad, unknownKeys } = scanner.take();
  const rows = Array.from(
    { length: batch.rows.length },
    (_, row) => `${batch.start[row]}: ${rowToJson(batch.rows, row)}`,
  );
  if ('close' in scanner && typeof scanner.close === 'function') scanner.close();
  return { records, rows, bad, unknown: [...unknownKeys].sort() };
}

test(`a million records, of which half keep their unknown keys, are the same to the kernel and to its twin (PARQUETRY_TEST_SEED=${SEED})`, {
  timeout: 900_000,
}, () => {
  const random = createRandom(SEED);
  const counts = { records: 0, rows: 0, bad: 0, kept: 0 };
  for (let rest = false; counts.records < RECORDS; rest = !rest) {
    const slots = times(1 + whole(random, 3), () => '').map(() => slotOf(random));
    const names = slots.map((_, i) => pick(random, ['id', 'name', 'ein Schlüssel', 'k']) + i);
    const fields = slots.map(
      ({ type }, i): Field => ({ name: names[i]!, ...parseSlot(random() < 0.9 ? `${type}?` : type) }),
    );
    const members = slots.map(({ write }, i) => [names[i]!, write] as const);
    const lines = times(RECORDS_A_SCHEMA, () => spoiled(random, objectOf(random, members)));
    const task: Task = { schema: { fields }, rest, body: Buffer.from(lines.join('\n')) };
    const [twin, kernel] = [createJsonScanner, createKernelScanner].map((create) => scanned(create, task));
    // Of a difference, all is shown; to look at equal ones so closely would take most of the time.
    if (JSON.stringify(kernel) !== JSON.stringify(twin)) expect(kernel).toEqual(twin);
    counts.records += twin!.records;
    counts.rows += twin!.rows.length;
    counts.bad += twin!.bad.length;
    counts.kept += twin!.rows.filter((row) => row.includes('"_rest":{')).length;
  }
  // Neither all good nor all bad, and not without unknown keys that were kept, or nothing was compared.
  expect(counts.rows).toBeGreaterThan(RECORDS / 2);
  expect(counts.bad).toBeGreaterThan(RECORDS / 50);
  expect(counts.kept).toBeGreaterThan(RECORDS / 50);
});
