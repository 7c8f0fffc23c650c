import { ParquetryError } from './errors.ts';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The unscaled value of a decimal text for `decimal(precision, scale)`: "12.5" at scale 2 is 1250n. Exponents are taken
 * exactly. Throws E_RECORD if the text is no number, has too many integer digits, or would lose digits; never rounds.
 */
export function parseDecimal(text: string, precision: number, scale: number): bigint {
  const match = DECIMAL.exec(text);
  if (!match) throw refused(text, precision, scale, 'it is not a decimal number');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  // Both ends are stripped before anything is computed: 1e999999999 must cost nothing.
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return 0n;
  const zeros = digits.length - significant.length - fraction.length + Number(exponent) + scale;
  if (zeros < 0) throw refused(text, precision, scale, `it has more than ${scale} digits after the point`);
  if (significant.length + zeros > precision) {
    throw refused(text, precision, scale, `it has more than ${precision - scale} digits before the point`);
  }
  const unscaled = BigInt(significant) * 10n ** BigInt(zeros);
  return sign === '-' ? -unscaled : unscaled;
}

/** Canonical text of an unscaled value: exactly `scale` digits after the point, no exponent, no negative zero. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function refused(text: string, precision: number, scale: number, why: string): ParquetryError {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new ParquetryError('E_RECORD', `decimal(${precision}, ${scale}) cannot hold ${shown}: ${why}`, {
    hint: 'Round the value where it is made, or declare a decimal with more digits.',
  });
}
