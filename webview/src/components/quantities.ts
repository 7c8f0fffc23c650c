/** Numbers as people read them. All in English, whatever the machine's language, as every text of the pages. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1,234,567`. */
export function countText(count: number): string {
  return whole.format(count);
}

/** `1 record`, `2,000 records`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `512 B`, `1.5 MiB`: three digits, powers of 1,024. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${threeDigits(value, unit === 0)} ${units[unit]}`;
}

/** `85 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${threeDigits(ms / 1000, false)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `12 %`, `0.4 %`. Never 0 or 100 of what is not. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  if (share < 1 && share > 0.999) return '>99.9 %';
  return `${(share * 100).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %`;
}

function threeDigits(value: number, isWhole: boolean): string {
  if (isWhole || value >= 100) return whole.format(value);
  return value.toFixed(value >= 10 ? 1 : 2).replace(/\.?0+$/, '');
}
