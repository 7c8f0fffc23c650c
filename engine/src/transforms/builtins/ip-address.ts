/** Bytes of an address in network order: 4 for version 4, 16 for version 6. */
export type IpAddress = readonly number[];

const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
/** Longest text of an address: eight groups, the last two dotted. */
const MAX_TEXT = 45;
const GROUPS = 8;
/** `::ffff:` before an address of version 4: the one kind of version 6 that is written with dots. */
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

/** The address that a text is, in any of the notations of RFC 4291; undefined for any other text, zones and prefixes among them. */
export function parseIp(text: string): IpAddress | undefined {
  if (text.length > MAX_TEXT) return undefined;
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** Dotted for version 4, RFC 5952 for version 6. */
export function formatIp(address: IpAddress): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: GROUPS }, (_, i) => address[2 * i]! * 256 + address[2 * i + 1]!);
  if (MAPPED.every((group, i) => groups[i] === group)) return `::ffff:${address.slice(12).join('.')}`;
  const { start, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** Octets in decimal; one with a leading zero is octal to some readers, so it is none. */
function parseV4(text: string): IpAddress | undefined {
  const octets = text.split('.');
  const valid = octets.length === 4 && octets.every((octet) => OCTET.test(octet) && Number(octet) < 256);
  return valid ? octets.map(Number) : undefined;
}

function parseV6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [
    groupsOf(halves[0]!, halves.length === 1),
    halves[1] === undefined ? [] : groupsOf(halves[1], true),
  ];
  if (!head || !tail) return undefined;
  const missing = GROUPS - head.length - tail.length;
  // A `::` stands for one group of zeros at least.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

/** Groups of one side of a `::`; only the last may be an address of version 4, and only at the end of the text. */
function groupsOf(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const octets = isLast && i === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined;
    if (octets) groups.push(octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!);
    else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < GROUPS; start++) {
    let end = start;
    while (end < GROUPS && groups[end] === 0) end++;
    if (end - start > longest.length) longest = { start, length: end - start };
  }
  return longest;
}
