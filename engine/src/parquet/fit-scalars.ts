import { isUtf8 } from 'node:buffer';
import { createBuilder } from '../columns/builder.ts';
import type { BytesBuilder } from '../columns/builders/bytes.ts';
import { bigintAt, bytesAt, isNull, numberAt, unscaledAt } from '../columns/cells.ts';
import type { Column } from '../columns/column.ts';
import { layoutOf } from '../columns/layout.ts';
import { cellToJson } from '../columns/ndjson-text.ts';
import { NANOS_PER_UNIT } from '../columns/scalar-text.ts';
import type { Type, TypeOf } from '../core/schema.ts';
import { integerRange, widensScalar } from '../core/schema-lattice.ts';
import { formatType } from '../core/schema-text.ts';
import { fitIntegers, type RefuseSlot } from './fit-integers.ts';
import { eachValue } from './refusals.ts';

/** Makes a column of one scalar type one of another. */
export type ScalarFit = (column: Column, refuse: RefuseSlot) => Column;

/**
 * How values of a file's type become values of the schema's; undefined if they do not. Nothing is rounded or guessed at: what
 * widens does so, integers and moments may also become narrower where each value allows it, and json takes what is no text.
 */
export function scalarFit(from: Type, to: Type): ScalarFit | undefined {
  if (formatType(from) === formatType(to)) return (column) => column;
  if (integerRange(from) && integerRange(to)) return (column, refuse) => fitIntegers(column, to, refuse);
  if (from.kind === 'timestamp' && to.kind === 'timestamp') return timestampFit(from, to);
  if (to.kind === 'decimal' && widensScalar(from, to)) return (column) => toDecimal(column, to);
  if ((to.kind === 'double' || to.kind === 'float') && widensScalar(from, to)) return (column) => toFloat(column, to);
  if (to.kind === 'string' && from.kind === 'binary') return (column, refuse) => textFit(column, to, refuse);
  if (to.kind === 'string' && from.kind === 'json') return (column) => ({ ...column, type: to });
  if (to.kind === 'json' && from.kind !== 'string' && from.kind !== 'binary') return (column) => toJson(column, to);
  return undefined;
}

/** A moment without a zone is taken for UTC, as in JSON; one with a zone is none of a wall clock. */
function timestampFit(from: TypeOf<'timestamp'>, to: TypeOf<'timestamp'>): ScalarFit | undefined {
  if (from.utc && !to.utc) return undefined;
  const [have, want] = [NANOS_PER_UNIT[from.unit], NANOS_PER_UNIT[to.unit]];
  if (have === want) return (column) => ({ ...column, type: to });
  return (column, refuse) => {
    const values = new BigInt64Array(column.length);
    eachValue(column, (slot) => {
      const nanos = bigintAt(column, slot) * have;
      const value = nanos / want;
      if (value * want !== nanos || BigInt.asIntN(64, value) !== value) refuse(slot, `${nanos} ns`);
      else values[slot] = value;
    });
    return { ...column, type: to, values };
  };
}

function toDecimal(column: Column, to: TypeOf<'decimal'>): Column {
  const { type, length } = column;
  const scale = type.kind === 'decimal' ? type.scale : 0;
  const factor = 10n ** BigInt(to.scale - scale);
  const halves = new BigInt64Array(2 * length);
  eachValue(column, (slot) => {
    const unscaled = type.kind === 'decimal' ? unscaledAt(column, slot) : BigInt(column.values![slot]!);
    const value = unscaled * factor;
    halves[2 * slot] = value; // a store keeps the low 64 bits
    halves[2 * slot + 1] = value >> 64n;
  });
  return { ...column, type: to, values: new Uint8Array(halves.buffer) };
}

function toFloat(column: Column, to: Type): Column {
  const values = to.kind === 'double' ? new Float64Array(column.length) : new Float32Array(column.length);
  const isBig = layoutOf(column.type) === 'int64';
  for (let slot = 0; slot < column.length; slot++) {
    values[slot] = isBig ? Number(bigintAt(column, slot)) : numberAt(column, slot);
  }
  return { ...column, type: to, values };
}

/** Bytes that an old writer did not say are text. */
function textFit(column: Column, to: Type, refuse: RefuseSlot): Column {
  eachValue(column, (slot) => {
    const bytes = bytesAt(column, slot);
    if (!isUtf8(bytes)) refuse(slot, `bytes ${Buffer.from(bytes.subarray(0, 20)).toString('hex')}`);
  });
  return { ...column, type: to };
}

/** Any column as the JSON text of its values. */
export function toJson(column: Column, to: Type): Column {
  const builder = createBuilder(to) as BytesBuilder;
  for (let slot = 0; slot < column.length; slot++) {
    if (isNull(column, slot)) builder.appendNull();
    else builder.appendText(cellToJson(column, slot));
  }
  return builder.finish();
}
