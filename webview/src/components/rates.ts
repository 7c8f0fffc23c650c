/** `0.4`, `12.5`, `1,234`, `4.1 M`. */
export function rateText(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} M`;
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
}
