import fc from 'fast-check';
import type { ScannerOptions } from '../columns/format.ts';
import { formatDate, formatTime } from '../core/calendar.ts';
import type { Field, Schema, Slot, Type, TypeOf } from '../core/schema.ts';

/** What two scanners are compared on: bodies of JSON for a schema, mostly right, often odd, sometimes broken. */
export interface Task {
  readonly schema: Schema;
  readonly options: ScannerOptions;
  /** Bodies of each batch. */
  readonly batches: readonly (readonly Buffer[])[];
}

type Text = fc.Arbitrary<string>;

const space: Text = fc.oneof({ weight: 8, arbitrary: fc.constant('') }, fc.constantFrom(' ', '\n', '\t \r\n', '     '));

const digits = (maxLength: number): Text =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });

/** Around the bounds of all integer types. */
const nearBound: Text = fc
  .tuple(fc.constantFrom(7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n), fc.bigInt({ min: -2n, max: 2n }), fc.boolean())
  .map(([bits, off, isNegative]) => String((isNegative ? -1n : 1n) * (2n ** bits + off)));

const anyNumber: Text = fc
  .tuple(
    fc.constantFrom('', '', '-'),
    fc.oneof(fc.nat(100).map(String), digits(22)),
    fc.option(digits(24), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.nat(340)), { nil: undefined, freq: 6 }),
  )
  .map(
    ([sign, whole, fraction, power]) =>
      sign + whole + (fraction === undefined ? '' : `.${fraction}`) + (power?.join('') ?? ''),
  );

const number: Text = fc.oneof(
  fc.integer({ min: -200, max: 200 }).map(String),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => value.toFixed(4)),
  nearBound,
  anyNumber,
  fc.constantFrom(
    '0',
    '-0',
    '1.0',
    '12.000',
    '-1.50',
    '1e3',
    '00',
    '01',
    '1.',
    '-',
    '.5',
    '+1',
    '1e',
    '1.e1',
    '0x1',
    '1e400',
    '5e-324',
  ),
);

/** Whole numbers that every type can hold. */
const whole = fc.integer({ min: 0, max: 127 }).map(String);
const usualNumber: Text = fc.oneof(
  whole,
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => JSON.stringify(value)),
);

/** `usual`, but for one in a hundred. */
function mostly(usual: Text, odd: Text): Text {
  return fc.oneof({ weight: 99, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

const units = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abcdefgh 0123/é€🎉') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\u20AC', '\\ud83c\\udf89', '\\u0000'),
  },
);
const oddUnits = fc.constantFrom('\\ud800', '\\udc00x', '\\x', '\\u12g4', '\n', '\u0001', '\\');

const stringOf = (parts: fc.Arbitrary<string[]>): Text => parts.map((texts) => `"${texts.join('')}"`);
const usualString: Text = fc.oneof(
  fc.constantFrom('"a"', '"b"', '"view"', '"a longer value that is seen often"', '""'),
  stringOf(fc.array(units, { maxLength: 24 })),
  stringOf(fc.array(units, { maxLength: 24 })),
  stringOf(fc.array(units, { minLength: 30, maxLength: 300, size: 'max' })),
);
const oddString: Text = stringOf(
  fc
    .tuple(fc.array(units, { maxLength: 20 }), oddUnits, fc.array(units, { maxLength: 20 }))
    .map(([before, odd, after]) => [...before, odd, ...after]),
);

const twoDigits = (max: number): Text => fc.nat(max).map((value) => String(value).padStart(2, '0'));
const date: Text = fc.oneof(
  fc.tuple(fc.nat(9999), twoDigits(13), twoDigits(32)).map(([y, m, d]) => `${String(y).padStart(4, '0')}-${m}-${d}`),
  fc.constantFrom(
    '2024-03-01',
    '2024-02-29',
    '2023-02-29',
    '1900-02-29',
    '2000-02-29',
    '1969-12-31',
    '+012345-01-01',
    '2024-3-1',
    '2024/03/01',
  ),
);
const clock: Text = fc
  .tuple(
    twoDigits(24),
    twoDigits(60),
    fc.option(twoDigits(60)),
    fc.option(fc.oneof(digits(10), fc.constantFrom('123000000', '5', '000'))),
  )
  .map(([h, m, s, f]) => `${h}:${m}${s === null ? '' : `:${s}${f === null ? '' : `.${f}`}`}`);
const usualDate: Text = fc.nat(40_000).map(formatDate);
const usualClock = (digitsOfFraction: number): Text =>
  fc.nat(86_399_999_999).map((micros) => formatTime(micros).slice(0, 9 + digitsOfFraction));

const zone = fc.constantFrom('', 'Z', 'Z', 'z', '+00:00', '-07:30', '+0230', '+02', '+24:00', '-00:60', ' ', '+2:00');
const timestamp: Text = fc
  .tuple(date, fc.constantFrom('T', 'T', ' ', 't', '_'), clock, zone)
  .map((parts) => parts.join(''));
const usualTimestamp = ({ unit, utc }: TypeOf<'timestamp'>): Text =>
  fc
    .tuple(
      usualDate,
      usualClock(unit === 'ms' ? 3 : 6),
      utc ? fc.constantFrom('Z', 'Z', '', '+02:00') : fc.constant(''),
    )
    .map(([day, time, offset]) => `${day}T${time}${offset}`);
const usualDecimal = (scale: number): Text =>
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(99), fc.boolean()).map(([whole, fraction, isQuoted]) => {
    const text = scale === 0 ? String(whole) : `${scale === 4 ? 0 : whole}.${String(fraction).padStart(2, '0')}`;
    return isQuoted ? `"${text}"` : text;
  });
const quoted = (text: Text): Text => text.map((value) => `"${value}"`);

const hex = fc.constantFrom(...'0123456789abcdefABCDEF');
const uuid: Text = fc
  .tuple(fc.array(hex, { minLength: 32, maxLength: 32 }), fc.constantFrom('', '', '', 'g', '-'))
  .map(([h, odd]) => {
    const text = h.join('') + odd;
    return [
      text.slice(odd.length, 8 + odd.length),
      text.slice(8, 12),
      text.slice(12, 16),
      text.slice(16, 20),
      text.slice(20, 32),
    ].join('-');
  });
const usualBase64: Text = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const base64: Text = fc.oneof(
  usualBase64,
  fc.string({ unit: fc.constantFrom(...'AQw9+/=-_ '), maxLength: 9 }),
  fc.constant('\\/w=='),
);

const json: Text = fc.oneof(
  fc.json({ maxDepth: 3 }),
  number,
  usualString,
  oddString,
  fc.constantFrom(
    '{ "a" : [ 1 , {"b":null} ] }',
    '[]',
    '{}',
    '[[[[[]]]]]',
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '{"a" 1}',
    '{a:1}',
    'nul',
    'tru',
    '[',
    '{',
  ),
  fc.nat(90).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
);

/** A text for a slot: mostly a value of its type, sometimes null, another value, or no value at all. */
function slotText(slot: Slot): Text {
  return fc.oneof(
    { weight: 300, arbitrary: typeText(slot.type) },
    { weight: slot.optional ? 30 : 1, arbitrary: fc.constant('null') },
    { weight: 1, arbitrary: json },
  );
}

function typeText(type: Type): Text {
  switch (type.kind) {
    case 'string':
      return mostly(usualString, oddString);
    case 'json':
      return mostly(fc.json({ maxDepth: 3 }), json);
    case 'bool':
      return mostly(fc.constantFrom('true', 'false'), fc.constantFrom('truE', 'False', '1'));
    case 'date':
      return quoted(mostly(usualDate, date));
    case 'time':
      return quoted(mostly(usualClock(6), clock));
    case 'timestamp':
      return quoted(mostly(usualTimestamp(type), timestamp));
    case 'uuid':
      return quoted(mostly(fc.uuid(), uuid));
    case 'binary':
      return quoted(mostly(usualBase64, base64));
    case 'decimal':
      return mostly(usualDecimal(type.scale), fc.oneof(number, quoted(number), digits(38)));
    case 'float':
    case 'double':
      return mostly(usualNumber, number);
    case 'list':
      return bracketed(fc.array(slotText(type.element), { maxLength: 5 }), '[', ']');
    case 'map':
      return bracketed(
        fc.array(fc.tuple(mapKey(type.key), slotText(type.value)), { maxLength: 12 }).map(members),
        '{',
        '}',
      );
    case 'struct':
      return objectText(type.fields);
    case 'int':
    case 'int64':
      return mostly(fc.oneof(whole, fc.integer().map(String)), number);
    default:
      return mostly(whole, number);
  }
}

function mapKey(type: Type): Text {
  if (type.kind === 'string') return fc.oneof(fc.constantFrom('"a"', '"b"', '"cc"'), usualString);
  const text = typeText(type);
  return text.map((value) => (value.startsWith('"') ? value : `"${value}"`));
}

function members(entries: readonly (readonly [key: string, value: string])[]): string[] {
  return entries.map(([key, value]) => `${key}:${value}`);
}

function bracketed(parts: fc.Arbitrary<string[]>, open: string, close: string): Text {
  return fc.tuple(parts, space, space).map(([texts, a, b]) => open + a + texts.join(`${a},${b}`) + b + close);
}

/** A key as it is usually written, or with an escape that changes nothing. */
function keyText(name: string): Text {
  const escaped = `"${Array.from({ length: name.length }, (_, i) => `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(JSON.stringify(name)) },
    { weight: 1, arbitrary: fc.constant(escaped) },
  );
}

const unknownKey = fc.constantFrom(
  '"extra"',
  '"x"',
  '"an unknown key of more than sixteen bytes"',
  '"\\u0065xtra"',
  '""',
  '"é"',
);

/** An object with most of the fields, in any order, with unknown and repeated keys among them. */
function objectText(fields: readonly Field[]): Text {
  const member = (field: Field) => fc.tuple(keyText(field.name), space, slotText(field));
  const known = fields.map((field) => fc.option(member(field), { nil: undefined, freq: field.optional ? 10 : 400 }));
  const extra = fc.array(fc.tuple(unknownKey, space, mostly(fc.json({ maxDepth: 2 }), json)), { maxLength: 2 });
  const repeated =
    fields.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...fields).chain(member), { maxLength: 1 });
  const some = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: extra },
    { weight: 1, arbitrary: repeated },
  );
  return fc
    .tuple(fc.tuple(...known), some, fc.infiniteStream(fc.nat(99)), space, space)
    .map(([given, more, numbers, a, b]) => {
      const all = [...given.filter((entry) => entry !== undefined), ...more];
      if (numbers.next().value! < 20) shuffle(all, numbers);
      return `{${a}${all.map(([key, gap, value]) => `${key}${gap}:${gap}${value}`).join(`${a},${b}`)}${b}}`;
    });
}

function shuffle(items: unknown[], numbers: Iterator<number>): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = numbers.next().value % (i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
}

/** A body of records: framed in some way, at times with bytes changed. */
function body(fields: readonly Field[]): fc.Arbitrary<Buffer> {
  const record = fc.oneof({ weight: 100, arbitrary: objectText(fields) }, { weight: 1, arbitrary: json });
  const edits = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(2)), { minLength: 1, maxLength: 2 }) },
  );
  const framing = fc.constantFrom<(records: string[]) => string>(
    (records) => records.map((text) => `${text}\n`).join(''),
    (records) => records.join('\n'),
    (records) => records.join('\r\n\r\n'),
    (records) => records.join(''),
    (records) => `\ufeff${records.join(' ')}`,
    (records) => `[${records.join(',')}]`,
    (records) => ` [ ${records.join('\n , ')} ] ${records.join(' ')}`,
    (records) => `[${records.join(',')}`,
  );
  return fc.tuple(fc.array(record, { maxLength: 8 }), framing, edits).map(([records, frame, changes]) => {
    let bytes = Buffer.from(frame(records));
    for (const [at, byte, removed] of changes) {
      const place = at % (bytes.length + 1);
      bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), bytes.subarray(place + removed)]);
    }
    return bytes;
  });
}

const plain = fc.constantFrom<Type>(
  ...(
    ['int', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float', 'double'] as const
  ).map((kind) => ({ kind })),
  ...(['string', 'binary', 'bool', 'date', 'time', 'uuid', 'json', 'string', 'string'] as const).map((kind) => ({
    kind,
  })),
  ...(['ms', 'us', 'ns'] as const).flatMap((unit) =>
    [true, false].map((utc) => ({ kind: 'timestamp', unit, utc }) as const),
  ),
  { kind: 'decimal', precision: 10, scale: 2 },
  { kind: 'decimal', precision: 38, scale: 9 },
  { kind: 'decimal', precision: 18, scale: 0 },
  { kind: 'decimal', precision: 4, scale: 4 },
);

const names = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom('a', 'ab', 'id', 'name', 'a field of sixteen', 'x', 'é', '', 'q"'),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  ),
  { maxLength: 7 },
);

function types(depth: number): fc.Arbitrary<Type> {
  if (depth === 0) return plain;
  const inner = types(depth - 1);
  const slot = fc.record({ type: inner, optional: fc.boolean() });
  const key = plain.filter(({ kind }) => kind !== 'json');
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 1, arbitrary: slot.map((element): Type => ({ kind: 'list', element })) },
    { weight: 1, arbitrary: fields(inner).map((list): Type => ({ kind: 'struct', fields: list })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.oneof(fc.constant<Type>({ kind: 'string' }), key), slot)
        .map(([k, value]): Type => ({ kind: 'map', key: k, value })),
    },
  );
}

function fields(type: fc.Arbitrary<Type>): fc.Arbitrary<Field[]> {
  return names.chain((list) =>
    fc.tuple(...list.map((name) => fc.record({ name: fc.constant(name), type, optional: fc.boolean() }))),
  );
}

/** Tasks of all kinds. */
export const tasks: fc.Arbitrary<Task> = fields(types(2)).chain((list) =>
  fc.record({
    schema: fc.constant({ fields: list }),
    options: fc.record(
      { rest: fc.boolean(), maxRecordBytes: fc.integer({ min: 60, max: 400 }) },
      { requiredKeys: ['rest'] },
    ),
    batches: fc.array(fc.array(body(list), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  }),
);
