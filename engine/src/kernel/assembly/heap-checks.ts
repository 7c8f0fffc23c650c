// What finds wild writes: off until a test switches it on, before the first block. Then
//
//   header    size class, state | bytes the block may be written to | USED or FREE | CANARY
//   block     poisoned when lent, so that nobody counts on its contents, and when given back: whoever writes it then is found out
//   trailer   behind what a block may be written to: 64 bytes that nobody may touch
//   low page  zeros from address 0 on, where no block and no constant lies: what is written through a null pointer lands there
//
// A fault that `allocate` or `release` finds traps; `checkHeap` answers what a look at all blocks finds.

const HEADER: u32 = 16;
export const TRAILER_BYTES: u32 = 80; // 64, and up to 15 that align them
const GUARD_BYTES: u32 = 64;
const USED: u32 = 0x5a11ed1e;
const FREE: u32 = 0x0ff5ca1e;
const CANARY: u32 = 0xca9a41e5;
const GUARD_BYTE: i8 = <i8>0xa5;
const LENT_BYTE: u8 = 0xcd;
const FREE_BYTE: i8 = <i8>0xdd;

/** Reserved so that a null pointer with the offset of a large header still hits it. */
const LOW_BYTES: u32 = 7168;
const low = <u32>memory.data(<i32>LOW_BYTES, 16);

/** What is wrong with a block. `checkHeap` answers it in its low byte, the block's address above it. */
namespace Fault {
  export const LOW_PAGE: u64 = 1;
  export const HEADER: u64 = 2;
  export const TRAILER: u64 = 3;
  export const WRITTEN_WHEN_FREE: u64 = 4;
  export const RELEASED_TWICE: u64 = 5;
  export const NO_BLOCK: u64 = 6;
}

let checked = false;
let fault: u64 = 0;

// @ts-ignore: decorator
@inline
export function isChecked(): bool {
  return checked;
}

/** Where the first block's header lies. */
// @ts-ignore: decorator
@inline
export function heapStart(): u32 {
  return (<u32>__heap_base + 15) & ~15;
}

/** Checks from now on. Before the first block is lent. */
export function startHeapChecks(): void {
  checked = true;
}

/** The fault at which a call trapped; 0: none. */
export function heapFault(): u64 {
  return fault;
}

function trap(kind: u64, block: u32): void {
  fault = (<u64>block << 8) | kind;
  unreachable();
}

/** Notes that the first `bytes` of a block may be written to. */
export function markUsed(block: u32, bytes: u32): void {
  store<u32>(block - HEADER, bytes, 4);
  store<u32>(block - HEADER, USED, 8);
  store<u32>(block - HEADER, CANARY, 12);
  const trailer = trailerOf(block);
  memory.fill(block, LENT_BYTE, trailer - block);
  memory.fill(trailer, <u8>GUARD_BYTE, GUARD_BYTES);
}

// @ts-ignore: decorator
@inline
function trailerOf(block: u32): u32 {
  return (block + load<u32>(block - HEADER, 4) + 15) & ~15;
}

/** Checks a block that is given back, and poisons it. */
export function markFree(block: u32, top: u32): void {
  if (block < heapStart() + HEADER || block >= top || block & 15 || load<u32>(block - HEADER, 12) != CANARY) {
    trap(Fault.NO_BLOCK, block);
  }
  if (load<u32>(block - HEADER, 8) == FREE) trap(Fault.RELEASED_TWICE, block);
  const found = faultOf(block);
  if (found) trap(found, block);
  store<u32>(block - HEADER, FREE, 8);
  memory.fill(block, <u8>FREE_BYTE, trailerOf(block) - block);
}

/** Checks a free block all through, before it is lent again. */
export function checkFree(block: u32): void {
  const found = faultOf(block);
  if (found) trap(found, block);
  const end = trailerOf(block);
  if (!isFilled(block + 16, (end - block - 16) & ~15, FREE_BYTE)) trap(Fault.WRITTEN_WHEN_FREE, block);
}

/** The first fault from `heapStart` up to `top`, of which the low page is the first; 0: none. Of free blocks it looks at the start. */
export function faultBelow(top: u32): u64 {
  if (!isFilled(0, low + LOW_BYTES, 0)) return Fault.LOW_PAGE;
  let at = heapStart();
  while (at < top) {
    const block = at + HEADER;
    const found = faultOf(block);
    if (found) return (<u64>block << 8) | found;
    at += <u32>1 << <u32>load<u8>(at);
  }
  return 0;
}

function faultOf(block: u32): u64 {
  const state = load<u32>(block - HEADER, 8);
  const class_: u32 = load<u8>(block - HEADER);
  if (load<u32>(block - HEADER, 12) != CANARY || (state != USED && state != FREE) || class_ > 31) return Fault.HEADER;
  if (<u64>load<u32>(block - HEADER, 4) + TRAILER_BYTES + HEADER > <u64>1 << class_) return Fault.HEADER;
  if (!isFilled(trailerOf(block), GUARD_BYTES, GUARD_BYTE)) return Fault.TRAILER;
  // Its first word points to the next free block.
  return state == FREE && !isFilled(block + 16, 48, FREE_BYTE) ? Fault.WRITTEN_WHEN_FREE : 0;
}

/** Whether whole vectors are nothing but one byte. */
function isFilled(from: u32, bytes: u32, byte: i8): bool {
  const wanted = i8x16.splat(byte);
  let differ = i8x16.splat(0);
  for (const end = from + bytes; from < end; from += 16) differ = v128.or(differ, v128.xor(v128.load(from), wanted));
  return !v128.any_true(differ);
}
