// Blocks of memory in sizes of powers of two, with a list of free ones for each size: buddies. Blocks below 1 MiB are halves of
// halves of a MiB, and free halves become whole again: the blocks of many open row groups grow together, and what they have
// outgrown has to be what they grow into. Larger ones stay what they are. The memory never grows: all of it is reserved, and pages
// that were never touched cost nothing.
//
// Header before each block, 16 bytes: u8 size class, u8 state, 14 that only checks use. A free block's first words point to the
// next and the previous free one.

import { checkFree, faultBelow, heapStart, isChecked, markFree, markUsed, TRAILER_BYTES } from './heap-checks';

const HEADER: u32 = 16;
const MIN_CLASS: u32 = 6; // 64 bytes
const WHOLE_CLASS: u32 = 20; // 1 MiB
const CLASSES: u32 = 32;
/** Kernels read whole vectors, up to 64 bytes past the end of what they are given. */
const OVERREAD: u32 = 64;

// Bits of a block's state.
const FREE: u8 = 1;
/** It is no half of anything: the memory was nearly exhausted. */
const LONE: u8 = 2;

const free_ = memory.data(<i32>(CLASSES * 4), 16);
let top: u32 = 0;
let used: u32 = 0;

/** A block of at least `bytes` bytes, 16-aligned, contents undefined; 0 if there is no more memory. */
export function allocate(bytes: u32): u32 {
  if (bytes > 0x40000000) return 0;
  const class_ = classOf(bytes);
  let block = takeFree(class_);
  if (!block) {
    block = fresh(class_);
    if (!block) return 0;
  } else if (isChecked()) checkFree(block);
  if (isChecked()) markUsed(block, bytes + OVERREAD);
  used += 1 << class_;
  return block;
}

/** Gives a block back. 0 is allowed. */
export function release(block: u32): void {
  if (!block) return;
  if (isChecked()) markFree(block, top);
  let class_: u32 = load<u8>(block - HEADER);
  used -= 1 << class_;
  // Checks look at each block as it was lent.
  const lone = loneBit(block);
  if (!isChecked() && !lone) {
    while (class_ < WHOLE_CLASS) {
      const buddy = (((block - HEADER - heapStart()) ^ (1 << class_)) + heapStart()) + HEADER;
      if (load<u8>(buddy - HEADER, 1) != FREE || load<u8>(buddy - HEADER) != <u8>class_) break;
      unlink(buddy, class_);
      block = min(block, buddy);
      class_++;
    }
  }
  link(block, class_, lone);
}

/** How many bytes, `bytes` at least, a block of the same size has room for. */
export function roomFor(bytes: u32): u32 {
  return (1 << classOf(bytes)) - beside();
}

/** Memory that a block takes in all; nothing for 0. */
export function blockBytes(block: u32): u32 {
  return block ? 1 << <u32>load<u8>(block - HEADER) : 0;
}

/** Bytes in blocks that are not free. */
export function usedBytes(): u32 {
  return used;
}

/** Bytes in blocks, free ones as well: no more was ever touched. */
export function touchedBytes(): u32 {
  return top ? top - heapStart() : 0;
}

/** The first fault that a look at all blocks finds, see heap-checks.ts; 0: none. Only with checks. */
export function checkHeap(): u64 {
  return faultBelow(top);
}

// @ts-ignore: decorator
@inline
function classOf(bytes: u32): u32 {
  return max(MIN_CLASS, 32 - clz(bytes + beside() - 1));
}

/** What a block takes beside the bytes it was asked for. */
// @ts-ignore: decorator
@inline
function beside(): u32 {
  return HEADER + OVERREAD + (isChecked() ? TRAILER_BYTES : 0);
}

/** A free block, the smallest that will do cut to size; 0: there is none. */
function takeFree(class_: u32): u32 {
  const largest = isChecked() ? class_ : max(class_, WHOLE_CLASS);
  for (let from = class_; from <= largest; from++) {
    const block = load<u32>(listOf(from));
    if (!block) continue;
    unlink(block, from);
    cut(block, from, class_);
    return block;
  }
  return 0;
}

/** A block that nobody has had yet; 0: there is no room for it. */
function fresh(class_: u32): u32 {
  if (!top) top = heapStart();
  if (isChecked() || class_ >= WHOLE_CLASS) return above(class_, 0);
  const whole = above(WHOLE_CLASS, 0);
  if (!whole) return above(class_, LONE);
  cut(whole, WHOLE_CLASS, class_);
  return whole;
}

function above(class_: u32, state: u8): u32 {
  const size: u32 = 1 << class_;
  if (<u64>top + size > <u64>memory.size() << 16) return 0;
  const block = top + HEADER;
  top += size;
  mark(block, class_, state);
  return block;
}

/** Halves a block until it has the size of `class_`; the upper halves are free. */
function cut(block: u32, from: u32, class_: u32): void {
  const lone = loneBit(block);
  while (from > class_) {
    from--;
    link(block + (1 << from), from, lone);
  }
  mark(block, class_, lone);
}

// @ts-ignore: decorator
@inline
function loneBit(block: u32): u8 {
  return load<u8>(block - HEADER, 1) & LONE;
}

function mark(block: u32, class_: u32, state: u8): void {
  store<u8>(block - HEADER, <u8>class_);
  store<u8>(block - HEADER, state, 1);
}

function link(block: u32, class_: u32, lone: u8): void {
  const list = listOf(class_);
  const next = load<u32>(list);
  mark(block, class_, FREE | lone);
  store<u32>(block, next);
  store<u32>(block, 0, 4);
  if (next) store<u32>(next, block, 4);
  store<u32>(list, block);
}

function unlink(block: u32, class_: u32): void {
  const next = load<u32>(block);
  const previous = load<u32>(block, 4);
  if (next) store<u32>(next, previous, 4);
  store<u32>(previous ? previous : listOf(class_), next);
}

// @ts-ignore: decorator
@inline
function listOf(class_: u32): u32 {
  return <u32>free_ + (class_ << 2);
}
