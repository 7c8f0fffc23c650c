/** `$0.42`, `$1,204`. */
export function dollarsText(usd: number): string {
  const digits = usd < 100 ? 2 : 0;
  return `$${usd.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
