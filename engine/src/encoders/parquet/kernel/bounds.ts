import { KIND } from '../../../kernel/pages.ts';
import type { LeafPlan } from './leaf-plan.ts';

/** The least and the greatest value of a page or a chunk, as statistics hold them; a long one may be cut. */
export interface Bounds {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
  readonly minExact: boolean;
  readonly maxExact: boolean;
}

/** Longer bounds cost readers more than they skip by them; what parquet-rs cuts column indexes to. */
const MAX_BYTES = 64;

/** Bounds with byte arrays cut: below the least value, and above the greatest, if there is something above. */
export function cutBounds(min: Uint8Array, max: Uint8Array, isText: boolean): Bounds {
  const [low, high] = [cutBelow(min, isText), cutAbove(max, isText)];
  return { min: low, max: high, minExact: low.length === min.length, maxExact: high === max };
}

function cutBelow(bytes: Uint8Array, isText: boolean): Uint8Array {
  if (bytes.length <= MAX_BYTES) return bytes;
  return bytes.subarray(0, isText ? characterStart(bytes, MAX_BYTES) : MAX_BYTES);
}

/** The shortened bytes with their last character, or byte, raised by one: a character that has none after it goes, too. */
function cutAbove(bytes: Uint8Array, isText: boolean): Uint8Array {
  if (bytes.length <= MAX_BYTES) return bytes;
  const cut = cutBelow(bytes, isText);
  return (isText ? raisedText(cut) : raisedBytes(cut)) ?? bytes;
}

function raisedBytes(bytes: Uint8Array): Uint8Array | undefined {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0xff) end--;
  if (end === 0) return undefined;
  const raised = Uint8Array.from(bytes.subarray(0, end));
  raised[end - 1]!++;
  return raised;
}

function raisedText(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const characters = [...text];
  while (characters.length > 0) {
    const next = nextCharacter(characters.pop()!.codePointAt(0)!);
    if (next !== undefined) return Buffer.from(characters.join('') + String.fromCodePoint(next), 'utf8');
  }
  return undefined;
}

const SURROGATES = { first: 0xd800, last: 0xdfff };
const LAST_CHARACTER = 0x10ffff;

/** UTF-8 orders as code points do; those of surrogates are no characters. */
function nextCharacter(codePoint: number): number | undefined {
  if (codePoint === LAST_CHARACTER) return undefined;
  return codePoint + 1 === SURROGATES.first ? SURROGATES.last + 1 : codePoint + 1;
}

/** The last place up to `at` at which no character is cut. */
function characterStart(bytes: Uint8Array, at: number): number {
  while (at > 0 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

/** How values of a column compare, by their bytes in statistics. */
export type Compare = (a: Uint8Array, b: Uint8Array) => number;

/** The order of a column's type. */
export function comparisonOf({ kind, unsigned }: LeafPlan): Compare {
  switch (kind) {
    case KIND.INT32:
      return unsigned ? byNumber((view) => view.getUint32(0, true)) : byNumber((view) => view.getInt32(0, true));
    case KIND.INT64:
      return unsigned ? byNumber((view) => view.getBigUint64(0, true)) : byNumber((view) => view.getBigInt64(0, true));
    case KIND.FLOAT:
      return byNumber((view) => view.getFloat32(0, true));
    case KIND.DOUBLE:
      return byNumber((view) => view.getFloat64(0, true));
    case KIND.FIXED:
      return unsigned ? Buffer.compare : compareSigned;
    default:
      return Buffer.compare;
  }
}

function byNumber(read: (view: DataView) => number | bigint): Compare {
  const numberOf = (bytes: Uint8Array) => read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return (a, b) => {
    const [left, right] = [numberOf(a), numberOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}

/** Two's complement of equal lengths, most significant byte first. */
function compareSigned(a: Uint8Array, b: Uint8Array): number {
  const signs = ((a[0]! << 24) >> 24) - ((b[0]! << 24) >> 24);
  return signs === 0 || a[0]! >> 7 === b[0]! >> 7 ? Buffer.compare(a, b) : signs;
}

/** Bounds of all pages together; pages without any (nulls, NaN) have none to add. */
export function joinBounds(
  pages: readonly { readonly bounds?: Bounds | undefined }[],
  compare: Compare,
): Bounds | undefined {
  let joined: Bounds | undefined;
  for (const { bounds } of pages) {
    if (!bounds) continue;
    if (!joined) {
      joined = bounds;
      continue;
    }
    const [low, high] = [compare(bounds.min, joined.min), compare(bounds.max, joined.max)];
    joined = {
      min: low < 0 ? bounds.min : joined.min,
      max: high > 0 ? bounds.max : joined.max,
      minExact: low < 0 ? bounds.minExact : joined.minExact || (low === 0 && bounds.minExact),
      maxExact: high > 0 ? bounds.maxExact : joined.maxExact || (high === 0 && bounds.maxExact),
    };
  }
  return joined;
}
