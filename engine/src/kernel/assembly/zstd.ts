// Zstandard (RFC 8878), about as small as the library's level 1: frames with their content's size and no checksum.
//
//   magic  descriptor  [window]  content size, 1, 2 or 4 bytes  blocks
//   block  3 bytes: 1 bit last, 2 bits type, 21 bits size       content

import { storeLiterals } from './zstd-literals';
import {
  findDoubles,
  findIntegers,
  findSequences,
  lastOffset,
  literalsEnd,
  restoreOffset,
  sequencesEnd,
  startSource,
  WINDOW_LOG,
} from './zstd-match';
import { storeSequences } from './zstd-sequences';
import { BLOCK_BYTES, LITERALS, SEQUENCE_BYTES, SEQUENCES, WORK_BYTES } from './zstd-work';

const MAGIC: u32 = 0xfd2fb528;
const SINGLE_SEGMENT: u32 = 0x20;
const HEADER_BYTES: u32 = 16;
const BLOCK_HEADER_BYTES: u32 = 3;
const RAW: u32 = 0;
const COMPRESSED: u32 = 2;
/** Of so many bytes or more some are looked at before, but not more than these, or a 32nd. */
const MIN_PROBED_BYTES: u32 = 1 << 16;
const MAX_PROBE_BYTES: u32 = 1 << 13;
/** Where each sequence is for so many bytes or more, most of the work is with literals. */
const FEW_SEQUENCES_BYTES: u32 = 64;
/** What tables and headers of a block take, and what is stored in whole words. */
const SLACK: u32 = 2048;

/**
 * Bytes that `zstdCompress` may need for `length` bytes. In the end that is hardly more than these; but a sequence may take 10 bytes,
 * and is for 5 at least, before it is found that the block is smaller as it is.
 */
export function zstdBound(length: u32): u32 {
  const blocks = length / (BLOCK_BYTES >> 1) + 1;
  return HEADER_BYTES + length + BLOCK_HEADER_BYTES * blocks + 2 * min(length, BLOCK_BYTES) + SLACK;
}

/** Bytes of scratch that it needs. */
export function zstdWorkBytes(): u32 {
  return WORK_BYTES;
}

/**
 * Compresses to `target`, which has `zstdBound(length)` bytes; `work` is scratch. From byte `from` on there are values of 8 bytes up to
 * the end, which `doubles` 1 says are doubles, 0 integers. Answers the bytes written; 0 for long text in which much repeats: this the
 * library does faster.
 */
export function zstdCompress(source: u32, length: u32, from: u32, doubles: u32, target: u32, work: u32): u32 {
  const end = source + length;
  const words = source + from;
  if (from >= MIN_PROBED_BYTES && repeatsMuch(source, from, work)) return 0;
  let out = storeHeader(target, length);
  startSource(length, work);
  let block = source;
  do {
    const offset = lastOffset;
    const blockEnd = findInBlock(source, block, block < words ? words : end, block >= words, doubles, work);
    out = storeBlock(out, block, blockEnd, blockEnd == end, offset, work);
    block = blockEnd;
  } while (block < end);
  return out - target;
}

/** Whether there are many matches in some bytes in the middle. What is before them may be lengths. */
function repeatsMuch(source: u32, length: u32, work: u32): bool {
  const bytes = min(MAX_PROBE_BYTES, length >> 5);
  const probe = source + (length >> 1);
  startSource(bytes, work);
  findSequences(probe, probe, probe + bytes, work);
  return (sequencesEnd - work - SEQUENCES) / SEQUENCE_BYTES > bytes / FEW_SEQUENCES_BYTES;
}

/** Answers where the block ended. */
function findInBlock(source: u32, block: u32, end: u32, isWords: bool, doubles: u32, work: u32): u32 {
  const blockEnd = min(end, block + BLOCK_BYTES);
  if (!isWords) return findSequences(source, block, blockEnd, work);
  return doubles ? findDoubles(source, block, blockEnd, work) : findIntegers(source, block, blockEnd, work);
}

/** What was found in a block, or the block as it is. `offset` is what was the last one before it. */
function storeBlock(out: u32, block: u32, blockEnd: u32, isLast: bool, offset: u32, work: u32): u32 {
  const content = out + BLOCK_HEADER_BYTES;
  const bytes = blockEnd - block;
  const literals = storeLiterals(content, work + LITERALS, literalsEnd - work - LITERALS, work);
  let type = COMPRESSED;
  let size = storeSequences(literals, work + SEQUENCES, sequencesEnd, work) - content;
  if (size >= bytes) {
    memory.copy(content, block, bytes);
    restoreOffset(offset);
    type = RAW;
    size = bytes;
  }
  store<u16>(out, u32(isLast) | (type << 1) | (size << 3));
  store<u8>(out, size >> 13, 2);
  return content + size;
}

function storeHeader(out: u32, length: u32): u32 {
  store<u32>(out, MAGIC);
  const isSingle = length <= 1 << WINDOW_LOG;
  const sizeFlag: u32 = length < 256 && isSingle ? 0 : length < 65536 + 256 ? 1 : 2;
  store<u8>(out, (sizeFlag << 6) | (isSingle ? SINGLE_SEGMENT : 0), 4);
  out += 5;
  if (!isSingle) store<u8>(out++, (WINDOW_LOG - 10) << 3);
  if (sizeFlag == 0) {
    store<u8>(out, length);
    return out + 1;
  }
  if (sizeFlag == 1) {
    store<u16>(out, length - 256);
    return out + 2;
  }
  store<u32>(out, length);
  return out + 4;
}
