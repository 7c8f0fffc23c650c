import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import { formatDate, formatTime, MICROS_PER_DAY } from '../../core/calendar.ts';
import { formatDecimal } from '../../core/decimal.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Field, PlainKind, Schema, Slot, Type } from '../../core/schema.ts';
import { createRowAppender } from '../appenders/row-appender.ts';
import { hasTextKeys } from '../text-keys.ts';
import { createRowReader } from './row-reader.ts';

const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
const bits = (size: number, signed: boolean) =>
  fc.bigInt(
    signed
      ? { min: -(2n ** BigInt(size - 1)), max: 2n ** BigInt(size - 1) - 1n }
      : { min: 0n, max: 2n ** BigInt(size) - 1n },
  );
const integer = (size: number, signed: boolean) => bits(size, signed).map(Number);
const instant = fc.maxSafeInteger();

const SCALARS: Readonly<Record<PlainKind, fc.Arbitrary<unknown>>> = {
  int: fc.maxSafeInteger().map((value) => value || 0), // no slot holds -0 but a double's
  int8: integer(8, true),
  int16: integer(16, true),
  int32: integer(32, true),
  int64: bits(64, true),
  uint8: integer(8, false),
  uint16: integer(16, false),
  uint32: integer(32, false),
  uint64: bits(64, false),
  float: fc.float(),
  double: fc.double(),
  string: fc.oneof(wellFormed, fc.string()),
  binary: fc.uint8Array(),
  bool: fc.boolean(),
  date: fc.integer({ min: -800_000, max: 3_000_000 }).map(formatDate),
  time: fc.integer({ min: 0, max: MICROS_PER_DAY - 1 }).map(formatTime),
  uuid: fc.uuid(),
  // Through JSON once: there is no -0 in it.
  json: fc
    .json()
    .map((text): unknown => parseJson(JSON.stringify(parseJson(text))))
    .filter((value) => value !== null),
};

/** Schemas, and rows that fit them. */
const typeTree = fc.letrec<{ type: Type; slot: Slot }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(...(Object.keys(SCALARS) as PlainKind[])).map((kind): Type => ({ kind })),
    fc.tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38)).map(([precision, scale]): Type => {
      return { kind: 'decimal', precision, scale: Math.min(scale, precision) };
    }),
    fc.record({ kind: fc.constant('timestamp' as const), unit: fc.constantFrom('ms', 'us', 'ns'), utc: fc.boolean() }),
    fc.record({ kind: fc.constant('list' as const), element: tie('slot') }),
    fc.record({ kind: fc.constant('struct' as const), fields: fieldsOf(tie('slot')) }),
    fc.record({
      kind: fc.constant('map' as const),
      key: fc.constantFrom('string', 'int', 'int64', 'uuid', 'bool').map((kind): Type => ({ kind })),
      value: tie('slot'),
    }),
  ),
  slot: fc.record({ type: tie('type'), optional: fc.boolean() }),
}));

function fieldsOf(slot: fc.Arbitrary<Slot>): fc.Arbitrary<Field[]> {
  const name = fc.oneof(
    fc.constantFrom('id', '__proto__', 'constructor', 'a b', '"', 'then', '', '\u2028'),
    fc.string(),
  );
  return fc.uniqueArray(fc.tuple(name, slot), { selector: ([key]) => key, maxLength: 4 }).map((fields) => {
    return fields.map(([key, value]) => ({ name: key, ...value }));
  });
}

function valuesOf(type: Type): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'decimal': {
      const max = 10n ** BigInt(type.precision) - 1n;
      return fc.bigInt({ min: -max, max }).map((unscaled) => formatDecimal(unscaled, type.scale));
    }
    case 'timestamp':
      if (type.unit === 'ns') return bits(64, true);
      return type.unit === 'us' ? instant.map((v) => v || 0) : instant.map((v) => Math.trunc(v / 1000) * 1000 || 0);
    case 'list':
      return fc.array(slotValue(type.element), { maxLength: 4 });
    case 'struct':
      return objectOf(type.fields);
    case 'map':
      return fc
        .uniqueArray(fc.tuple(valuesOf(type.key), slotValue(type.value)), { selector: ([key]) => key, maxLength: 4 })
        .map((entries) => (hasTextKeys(type.key) ? dictionary(entries as [string, unknown][]) : new Map(entries)));
    default:
      return SCALARS[type.kind];
  }
}

function slotValue({ type, optional }: Slot): fc.Arbitrary<unknown> {
  return optional ? fc.option(valuesOf(type), { nil: null }) : valuesOf(type);
}

function objectOf(fields: readonly Field[]): fc.Arbitrary<object> {
  return fc.tuple(...fields.map(slotValue)).map((values) => {
    return Object.fromEntries(fields.map(({ name }, i) => [name, values[i]]));
  });
}

function dictionary(entries: readonly [string, unknown][]): object {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

describe('rows', () => {
  const cases = fieldsOf(typeTree.slot).chain((fields) => {
    return fc.tuple(fc.constant({ fields } as Schema), fc.array(objectOf(fields), { maxLength: 12 }));
  });

  it('come back from columns as they went in, whatever the schema', () => {
    fc.assert(
      fc.property(cases, ([schema, rows]) => {
        const appender = createRowAppender(schema);
        for (const row of rows) if (!appender.append(row)) throw new Error(appender.misfit.message);
        const reader = createRowReader(schema);
        reader.bind(appender.finish());
        const back = rows.map((_, i) => ({ ...reader.at(i) }));
        expect(back).toEqual(rows);
        expect(back.map(Object.keys)).toEqual(rows.map(() => schema.fields.map(({ name }) => name).toSorted(asKeys)));
        expect(appender.undeclaredKeys.take()).toEqual(new Map());
      }),
      { numRuns: 300 },
    );
  });

  it('are the same columns again when user code hands them on', () => {
    fc.assert(
      fc.property(cases, ([schema, rows]) => {
        const whole = createRowAppender(schema);
        for (const row of rows) whole.append(row);
        const batch = whole.finish();
        const reader = createRowReader(schema);
        const appender = createRowAppender(schema, { input: reader.input });
        for (let run = 0; run < 4; run++) {
          appender.clear();
          reader.bind(batch);
          for (const row of rows.keys()) appender.append({ ...reader.at(row) }, row);
          expect(appender.finish().columns.map(copyOf)).toEqual(batch.columns.map(copyOf));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('leave no trace in the columns when they are taken back', () => {
    fc.assert(
      fc.property(cases, fc.nat(12), ([schema, rows], split) => {
        const direct = createRowAppender(schema);
        for (const row of rows) direct.append(row);
        const detour = createRowAppender(schema);
        for (const row of rows.slice(0, split)) detour.append(row);
        const kept = detour.length;
        for (const row of rows) detour.append(row);
        // A row that breaks off in its last field leaves the most behind.
        if (schema.fields.length > 0) detour.append({ ...rows[0], [schema.fields.at(-1)?.name ?? '']: () => {} });
        detour.truncate(kept);
        for (const row of rows.slice(split)) detour.append(row);
        expect(detour.finish().columns.map(copyOf)).toEqual(direct.finish().columns.map(copyOf));
      }),
      { numRuns: 200 },
    );
  });
});

/** A column in one form: a dictionary keeps texts of rows that were taken back. */
function copyOf(column: Column): Column {
  const builder = createBuilder(column.type);
  builder.appendSelection(column, undefined);
  return builder.finish();
}

/** Integer-like keys of a JavaScript object come first, whatever the order they were given in. */
function asKeys(a: string, b: string): number {
  const index = (key: string) => (/^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : Number.POSITIVE_INFINITY);
  const [x, y] = [index(a), index(b)];
  return x === y ? 0 : x - y;
}
