import { formatIp, type IpAddress, parseIp } from './ip-address.ts';
import type { Missing } from './missing.ts';

/** 4 or 6; null for a text that is no IP address, and for null. */
export function ipVersion(text: string | Missing): 4 | 6 | null {
  const address = addressOf(text);
  return address ? versionOf(address) : null;
}

/**
 * An IP address as everyone should write it: dotted for version 4, by RFC 5952 for version 6 (`2001:DB8:0:0:0:0:0:1` becomes
 * `2001:db8::1`). Equal addresses give equal texts. Null for a text that is no IP address, and for null.
 */
export function canonicalIp(text: string | Missing): string | null {
  const address = addressOf(text);
  return address ? formatIp(address) : null;
}

/**
 * The network of an IP address: `ipPrefix('10.1.2.3', 16)` is `10.1.0.0/16`. `v6Bits` counts for addresses of version 6, 48 if
 * not given. Null for a text that is no IP address, and for null. Throws RangeError for a length that no prefix has.
 */
export function ipPrefix(text: string | Missing, v4Bits: number, v6Bits = 48): string | null {
  checkBits(v4Bits, 32);
  checkBits(v6Bits, 128);
  const address = addressOf(text);
  if (!address) return null;
  const bits = address.length === 4 ? v4Bits : v6Bits;
  return `${formatIp(address.map((byte, i) => byte & maskAt(i, bits)))}/${bits}`;
}

function addressOf(text: string | Missing): IpAddress | undefined {
  return text == null ? undefined : parseIp(text);
}

function versionOf(address: IpAddress): 4 | 6 {
  return address.length === 4 ? 4 : 6;
}

/** The bits of byte `index` that belong to a prefix. */
function maskAt(index: number, bits: number): number {
  const kept = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff00 >> kept) & 0xff;
}

function checkBits(bits: number, max: number): void {
  if (Number.isInteger(bits) && bits >= 0 && bits <= max) return;
  throw new RangeError(`ipPrefix: bits must be an integer from 0 to ${max}, got ${bits}`);
}
