import { z } from 'zod';

const DURATION_UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTE_UNITS = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;

const QUANTITY = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/;
const DURATION_PATTERN = /^\d+(\.\d+)?\s*(ms|s|m|h|d)$/;
const BYTES_PATTERN = /^\d+(\.\d+)?\s*(B|[kKMGT]B|[KMGT]iB)$/;

export interface Bounds {
  /** Smallest and largest value allowed, in the same notation. */
  readonly min?: string;
  readonly max?: string;
}

/** `500ms`, `20s`, `5m`, `1.5h`, `7d` as whole milliseconds; undefined if the text is not a duration. */
export function parseDurationMs(text: string): number | undefined {
  return parseQuantity(text, DURATION_UNITS_MS);
}

/** `512B`, `64kB`, `128MiB`, `1GiB` as whole bytes; undefined if the text is not a size. Units ending in `iB` are powers of 1024. */
export function parseBytes(text: string): number | undefined {
  return parseQuantity(text, BYTE_UNITS);
}

/** The shortest exact notation that `parseDurationMs` reads back: 90000 is `90s`, 300000 is `5m`. */
export function formatDuration(ms: number): string {
  return formatQuantity(ms, [
    ['d', DURATION_UNITS_MS.d],
    ['h', DURATION_UNITS_MS.h],
    ['m', DURATION_UNITS_MS.m],
    ['s', DURATION_UNITS_MS.s],
    ['ms', 1],
  ]);
}

/** The shortest exact notation that `parseBytes` reads back: 134217728 is `128MiB`. */
export function formatBytes(bytes: number): string {
  return formatQuantity(bytes, [
    ['TiB', BYTE_UNITS.TiB],
    ['GiB', BYTE_UNITS.GiB],
    ['MiB', BYTE_UNITS.MiB],
    ['KiB', BYTE_UNITS.KiB],
    ['B', 1],
  ]);
}

/**
 * A duration in a config: text such as `20s`, or a number of seconds. The parsed value is whole milliseconds.
 * Give defaults with `.prefault('20s')`, so that they show up in the JSON Schema as they are written.
 */
export function duration(bounds: Bounds = {}) {
  return quantity(DURATION_PATTERN, 'a duration such as 500ms, 20s or 5m', bounds, (value) =>
    typeof value === 'number' ? Math.round(value * 1_000) : parseDurationMs(value),
  );
}

/** A size in a config: text such as `128MiB`, or a number of bytes. The parsed value is whole bytes. */
export function bytes(bounds: Bounds = {}) {
  return quantity(BYTES_PATTERN, 'a size such as 64KiB or 128MiB', bounds, (value) =>
    typeof value === 'number' ? Math.round(value) : parseBytes(value),
  );
}

function quantity(
  pattern: RegExp,
  wanted: string,
  bounds: Bounds,
  parse: (value: string | number) => number | undefined,
) {
  const min = bounds.min === undefined ? 0 : parse(bounds.min)!;
  const max = bounds.max === undefined ? Number.MAX_SAFE_INTEGER : parse(bounds.max)!;
  const refuse = (context: z.RefinementCtx, message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  return z
    .union(
      [
        z.string().regex(pattern, { error: (issue) => `must be ${wanted}, got ${show(issue.input)}` }),
        z.number().nonnegative(),
      ],
      {
        error: (issue) => `must be ${wanted}, got ${show(issue.input)}`,
      },
    )
    .transform((value, context) => {
      const parsed = parse(value);
      if (parsed === undefined || !Number.isSafeInteger(parsed))
        return refuse(context, `must be ${wanted}, got ${show(value)}`);
      if (parsed < min) return refuse(context, `must be at least ${bounds.min}, got ${value}`);
      if (parsed > max) return refuse(context, `must be at most ${bounds.max}, got ${value}`);
      return parsed;
    });
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, amount, unit] = QUANTITY.exec(text.trim()) ?? [];
  if (amount === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined;
  return Math.round(Number(amount) * units[unit]!);
}

function formatQuantity(value: number, units: readonly (readonly [string, number])[]): string {
  const [name, size] = units.find(([, size]) => value >= size && value % size === 0) ?? units.at(-1)!;
  return `${value / size}${name}`;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
}
