import { keyMatch } from './match.ts';

/** One member of an object, by the names it has in the generated scanner. */
export interface MemberNames {
  readonly key: string;
  readonly builder: string;
  /** Function that reads its value. */
  readonly value: string;
  /** Statement for an object that lacks it. */
  readonly whenMissing: string;
}

/** An object, by the names it has in the generated scanner. */
export interface ObjectNames {
  readonly members: readonly MemberNames[];
  /** Function that answers the index of the member whose key stands at a position. */
  readonly lookup: string;
  /** Map from a key's text to its index, for keys with escapes. */
  readonly names: string;
  /** Path in front of the names of unknown keys. */
  readonly prefix: string;
  /** Builder of the struct; undefined for the record itself. */
  readonly struct: string | undefined;
}

/** Members whose order is predicted. More would make functions that V8 no longer optimises. */
const PREDICTED_MEMBERS = 100;

/** Bits of a small integer, which V8 keeps unboxed everywhere. */
const BITS = 30;

/**
 * Body of a function that reads an object from after its `{`: of `p`, and of `row`, the slot its members get, if it is the
 * record itself. First come the members in the schema's order; the first key that is another sends the rest of the object to
 * the loop that looks keys up. What was seen is kept in bits, for keys that repeat and for those that are missing.
 */
export function objectCode({ members, lookup, names, prefix, struct }: ObjectNames): string {
  const words = Array.from({ length: Math.ceil(members.length / BITS) }, (_, word) => word);
  return `
    ${struct ? `const row = ${struct}.length;` : ''}
    ${words.map((word) => `let seen${word} = 0;`).join(' ')}
    if (bytes[p] !== 34) p = skipSpace(bytes, p);
    if (bytes[p] !== 125) {
      let ended = false;
      predicted: { ${members.slice(0, PREDICTED_MEMBERS).map(predictedCode).join('\n')} }
      for (;;) {
        p = skipSpace(bytes, p);
        if (ended) {
          if (bytes[p] === 125) break;
          if (bytes[p] !== 44) return -1;
          p = skipSpace(bytes, p + 1);
        }
        if (bytes[p] !== 34) return -1;
        let end = p + 1, member = -1;
        while (PLAIN[bytes[end]] === 1) end++;
        if (bytes[end] === 34) member = ${lookup}(p + 1, end++ - p - 1);
        else {
          end = skipString(bytes, p);
          if (end < 0) return -1;
          member = ${names}.get(textOf(bytes, p)) ?? -1;
        }
        let at = skipSpace(bytes, end);
        if (bytes[at] !== 58) return -1;
        at = skipSpace(bytes, at + 1);
        switch (member) {
          ${members.map(foundCode).join('\n')}
          default: at = state.unknown.skip(bytes, ${JSON.stringify(prefix)}, p, at);
        }
        if (at < 0) return -1;
        p = at;
        ended = true;
      }
    }
    ${words.map((word) => missingCode(members, word)).join('\n')}
    ${struct ? `${struct}.endStruct();` : ''}
    return p + 1;`;
}

/** Where a member is expected: reads it, or falls through to the next. */
function predictedCode({ key, value }: MemberNames, index: number): string {
  const written = Buffer.from(`${JSON.stringify(key)}:`);
  return `if (${keyMatch(written, 'p')}) {
      p += ${written.length};
      if (bytes[p] <= 32) p = skipSpace(bytes, p);
      p = ${value}(p);
      if (p < 0) return -1;
      ${seenWord(index)} |= ${seenBit(index)};
      if (bytes[p] !== 44) { ended = true; break predicted; }
      p++;
      if (bytes[p] === 32) p++;
    }`;
}

/** Where a member was looked up: a repeated key takes back the value before it. */
function foundCode({ builder, value }: MemberNames, index: number): string {
  const [word, bit] = [seenWord(index), seenBit(index)];
  return `case ${index}: if (${word} & ${bit}) ${builder}.truncate(row); else ${word} |= ${bit}; at = ${value}(at); break;`;
}

function missingCode(members: readonly MemberNames[], word: number): string {
  const first = word * BITS;
  const checks = members
    .slice(first, first + BITS)
    .map(({ whenMissing }, i) => `if (!(seen${word} & ${1 << i})) ${whenMissing}`);
  return `if (seen${word} !== ${2 ** checks.length - 1}) { ${checks.join(' ')} }`;
}

function seenWord(index: number): string {
  return `seen${Math.floor(index / BITS)}`;
}

function seenBit(index: number): number {
  return 1 << (index % BITS);
}
