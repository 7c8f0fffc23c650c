// Which field a key names. Records of one source have their keys in one order, nearly always: the member that followed last time
// is compared first, whole, in one or two vectors; only what comes unexpected is looked up.

import { QUOTE, specialBytes } from './json-ascii';
import { equalBytes, hashBytes } from './json-hash';
import { FAILED, MEMBER_STRIDE, Member, ObjectPlan } from './json-layout';

/** Whether the member's key and colon are written at `p`. */
@inline
export function isKeyOf(member: Member, p: usize): bool {
  const equal = i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(changetype<usize>(member))));
  const required = member.required;
  if ((equal & required) != required) return false;
  const length = member.writtenLength;
  return length <= 16 || equalBytes(p + 16, member.written + 16, length - 16);
}

/** Position after the key whose opening quote is at `p`; FAILED if there is none, or one with escapes. */
export function endOfKey(p: usize): usize {
  if (load<u8>(p) != QUOTE) return FAILED;
  p++;
  while (true) {
    const special = specialBytes(v128.load(p));
    if (!special) {
      p += 16;
      continue;
    }
    p += ctz(special);
    return load<u8>(p) == QUOTE ? p + 1 : FAILED;
  }
}

/** The member with the key that stands, in its quotes, from `p` to `end`; 0 if there is none. */
export function findMember(object: ObjectPlan, p: usize, end: usize): usize {
  const length = <u32>(end - p);
  const mask = object.tableMask;
  let at: i32 = hashBytes(p, length) & mask;
  while (true) {
    const address = load<usize>(object.table + (at << 2));
    if (!address) return 0;
    const member = changetype<Member>(address);
    if (<u32>member.writtenLength == length + 1 && equalBytes(member.written, p, length)) return address;
    at = (at + 1) & mask;
  }
}

/** Fills the table of an object whose members are laid out; the table is empty and has room for twice as many. */
export function indexMembers(address: usize): void {
  const object = changetype<ObjectPlan>(address);
  const mask = object.tableMask;
  for (let i = 0; i < object.memberCount; i++) {
    const member = object.members + <usize>i * MEMBER_STRIDE;
    const written = changetype<Member>(member).written;
    let at: i32 = hashBytes(written, changetype<Member>(member).writtenLength - 1) & mask;
    while (load<usize>(object.table + (at << 2))) at = (at + 1) & mask;
    store<usize>(object.table + (at << 2), member);
  }
}
