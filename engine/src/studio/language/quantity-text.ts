import { closest } from '../../core/closest.ts';
import { parseBytes, parseDurationMs } from '../../core/units.ts';

/** Units as people write them elsewhere, in lower case. */
const durations: Readonly<Record<string, string>> = {
  ms: 'ms',
  msec: 'ms',
  millis: 'ms',
  milliseconds: 'ms',
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
};

const sizes: Readonly<Record<string, string>> = {
  b: 'B',
  byte: 'B',
  bytes: 'B',
  k: 'KiB',
  kb: 'kB',
  kib: 'KiB',
  m: 'MiB',
  mb: 'MB',
  mib: 'MiB',
  g: 'GiB',
  gb: 'GB',
  gib: 'GiB',
  t: 'TiB',
  tb: 'TB',
  tib: 'TiB',
};

export const quantityUnits = {
  duration: ['ms', 's', 'm', 'h', 'd'],
  size: ['KiB', 'MiB', 'GiB', 'kB', 'MB', 'GB'],
} as const;

/** What a duration or size with a wrong unit most likely means: `5 min` is `5m`, `128mb` is `128MB`. Undefined if nothing is near. */
export function nearestQuantity(text: string, kind: 'duration' | 'size'): string | undefined {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\.?\s*$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const units = kind === 'duration' ? durations : sizes;
  const lower = unit.toLowerCase();
  const found = units[lower] ?? units[closest(lower, Object.keys(units)) ?? ''];
  if (found === undefined) return undefined;
  const wanted = `${amount}${found}`;
  const parsed = kind === 'duration' ? parseDurationMs(wanted) : parseBytes(wanted);
  return parsed === undefined || wanted === text ? undefined : wanted;
}
