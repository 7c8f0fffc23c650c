import type { Value } from '../../columns/values.ts';

/** A type, and values at its edges with how inspect and DuckDB show them. */
export interface Edge {
  readonly type: string;
  readonly values: readonly (readonly [value: Value, json: unknown, duck: unknown])[];
}

const same = (...values: readonly Value[]) => values.map((value) => [value, value, value] as const);
const text = (...values: readonly bigint[]) => values.map((value) => [value, `${value}`, `${value}`] as const);
const NINES = '9'.repeat(38);

export const EDGES: readonly Edge[] = [
  {
    type: 'int',
    values: [Number.MIN_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER].map((n) => [n, `${n}`, `${n}`] as const),
  },
  { type: 'int8', values: same(-128, 0, 127) },
  { type: 'int16', values: same(-32768, 0, 32767) },
  { type: 'int32', values: same(-(2 ** 31), 0, 2 ** 31 - 1) },
  { type: 'int64', values: text(-(2n ** 63n), 0n, 2n ** 63n - 1n) },
  { type: 'uint8', values: same(0, 255) },
  { type: 'uint16', values: same(0, 65535) },
  { type: 'uint32', values: same(0, 2 ** 32 - 1) },
  { type: 'uint64', values: text(0n, 2n ** 64n - 1n) },
  { type: 'float', values: [...same(-1.5, 0), [Infinity, 'Infinity', 'Infinity'], [NaN, 'NaN', 'NaN']] },
  {
    type: 'double',
    values: [
      ...same(Number.MIN_VALUE, 0.1, Number.MAX_VALUE),
      [-Infinity, '-Infinity', '-Infinity'],
      [NaN, 'NaN', 'NaN'],
    ],
  },
  { type: 'string', values: same('', 'a', 'ä€😀\u0000', 'x'.repeat(5000)) },
  { type: 'json', values: same('{"a":[1,9007199254740993]}', 'null') },
  {
    type: 'binary',
    values: [
      [Uint8Array.of(), '', ''],
      [Uint8Array.of(0, 255, 65), 'AP9B', '\\x00\\xFFA'],
    ],
  },
  { type: 'bool', values: same(true, false) },
  { type: 'date', values: same('0001-01-01', '1969-12-31', '9999-12-31') },
  { type: 'time', values: same('00:00:00', '23:59:59.999999') },
  { type: 'uuid', values: same('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') },
  { type: 'decimal(9, 2)', values: same('-9999999.99', '0.00', '9999999.99') },
  { type: 'decimal(18, 18)', values: same('-0.999999999999999999', '0.000000000000000001') },
  { type: 'decimal(19, 0)', values: same('-9999999999999999999', '1') },
  { type: 'decimal(38, 0)', values: same(`-${NINES}`, '0', NINES) },
  {
    type: 'timestamp(ms)',
    values: [
      [-8000000000000000, '1716-06-28T09:46:40Z', '1716-06-28 09:46:40+00'],
      [1709290000123000, '2024-03-01T10:46:40.123Z', '2024-03-01 10:46:40.123+00'],
    ],
  },
  {
    type: 'timestamp',
    values: [
      [-1, '1969-12-31T23:59:59.999999Z', '1969-12-31 23:59:59.999999+00'],
      [8000000000000001, '2223-07-06T14:13:20.000001Z', '2223-07-06 14:13:20.000001+00'],
    ],
  },
  { type: 'timestamp(us, local)', values: [[-1, '1969-12-31T23:59:59.999999', '1969-12-31 23:59:59.999999']] },
  {
    type: 'timestamp(ns, local)',
    values: [
      [-1n, '1969-12-31T23:59:59.999999999', '1969-12-31 23:59:59.999999999'],
      [2n ** 63n - 1n, '2262-04-11T23:47:16.854775807', '2262-04-11 23:47:16.854775807'],
    ],
  },
];
