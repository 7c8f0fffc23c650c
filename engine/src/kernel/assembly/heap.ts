// Blocks of memory in sizes of powers of two, with a list of free ones for each size. The memory never grows: all of it is
// reserved, and pages that were never touched cost nothing, so rounding up a large block is free.
//
// Header before each block, 16 bytes: i32 size class, 12 unused. A free block's first word points to the next free one.

const HEADER: u32 = 16;
const MIN_CLASS: u32 = 6; // 64 bytes
const CLASSES: u32 = 32;
/** Kernels read whole vectors, up to 64 bytes past the end of what they are given. */
const OVERREAD: u32 = 64;

const free_ = memory.data(<i32>(CLASSES * 4), 16);
let top: u32 = 0;
let used: u32 = 0;

/** A block of at least `bytes` bytes, 16-aligned, contents undefined; 0 if there is no more memory. */
export function allocate(bytes: u32): u32 {
  if (bytes > 0x40000000) return 0;
  const wanted = bytes + HEADER + OVERREAD;
  const class_ = max(MIN_CLASS, 32 - clz(wanted - 1));
  const list = <u32>free_ + (class_ << 2);
  let block = load<u32>(list);
  if (block) {
    store<u32>(list, load<u32>(block));
  } else {
    if (!top) top = (<u32>__heap_base + 15) & ~15;
    const size: u32 = 1 << class_;
    const limit = <u64>memory.size() << 16;
    if (<u64>top + size > limit) return 0;
    block = top + HEADER;
    top += size;
    store<u32>(block - HEADER, class_);
  }
  used += 1 << class_;
  return block;
}

/** Gives a block back. 0 is allowed. */
export function release(block: u32): void {
  if (!block) return;
  const class_ = load<u32>(block - HEADER);
  const list = <u32>free_ + (class_ << 2);
  store<u32>(block, load<u32>(list));
  store<u32>(list, block);
  used -= 1 << class_;
}

/** Bytes in blocks that are not free. */
export function usedBytes(): u32 {
  return used;
}
