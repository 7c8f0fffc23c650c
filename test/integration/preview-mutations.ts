/** Numbers in [0, 1) that a seed decides: the same everywhere. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
type Mutation = (line: string, random: Random) => string;

/** Values that fit few types. */
const odd = [
  'null',
  '"text"',
  '1e300',
  '-0',
  '12345678901234567890',
  'true',
  '[]',
  '{"a":1}',
  '""',
  '1.5',
  '"2024-01-31"',
];

const mutations: readonly Mutation[] = [
  flipByte,
  (line, random) => changeField(line, random, (name) => delete name.object[name.key]),
  (line, random) => replaceValue(line, random),
  (line, random) => changeField(line, random, ({ object, key }) => (object[`${key}_new`] = 1)),
  (line) => `${line}${line}`,
  (line) => line.slice(0, line.length >> 1),
  () => '',
];

/** NDJSON of which about every third line is changed: a byte flipped, a field gone, another type, an unknown key, cut short. */
export function mutated(text: string, random: Random): Buffer {
  const lines = text.split('\n').map((line) => {
    if (line === '' || random() > 1 / 3) return line;
    return mutations[Math.floor(random() * mutations.length)]!(line, random);
  });
  return Buffer.from(lines.join('\n'), 'latin1');
}

function flipByte(line: string, random: Random): string {
  const at = Math.floor(random() * line.length);
  const flipped = String.fromCharCode(line.charCodeAt(at) ^ (1 << Math.floor(random() * 8)));
  return line.slice(0, at) + flipped + line.slice(at + 1);
}

type Change = (field: { object: Record<string, unknown>; key: string }) => unknown;

function changeField(line: string, random: Random, change: Change): string {
  const object = JSON.parse(line) as Record<string, unknown>;
  const keys = Object.keys(object);
  const key = keys[Math.floor(random() * keys.length)];
  if (key !== undefined) change({ object, key });
  return JSON.stringify(object);
}

function replaceValue(line: string, random: Random): string {
  const value = odd[Math.floor(random() * odd.length)]!;
  const marked = changeField(line, random, ({ object, key }) => {
    object[key] = '\u0001';
  });
  return marked.replace('"\\u0001"', value);
}
