// The literals of a block (RFC 8878, 3.1.1.3.1): as they are, or Huffman coded in four streams.

import { buildCodes, countBytes, countUnseen, storeStream, storeTree } from './zstd-huffman';

const COMPRESSED: u32 = 2;
/** Fewer than these are not worth a tree. */
const MIN_CODED: u32 = 256;
/** Of so many or more, a quarter tells what codes are best. */
const MIN_SAMPLED: u32 = 1 << 14;
const SAMPLE_STEP: u32 = 4;
/** Long enough for what comes back every some bytes, such as a value's first byte. */
const SAMPLE_RUN: u32 = 128;
const UNFIT: u32 = 1;

/** Answers where they end. Half as many bytes again as they are may be written on the way. */
export function storeLiterals(out: u32, from: u32, length: u32, work: u32): u32 {
  let end: u32 = 0;
  if (length >= MIN_CODED) {
    const isSampled = length >= MIN_SAMPLED;
    end = storeCoded(out, from, length, isSampled ? SAMPLE_STEP : 1, work);
    if (isSampled && end == UNFIT) end = storeCoded(out, from, length, 1, work);
  }
  return end > UNFIT ? end : storePlain(out, from, length);
}

function storePlain(out: u32, from: u32, length: u32): u32 {
  if (length < 32) store<u8>(out++, length << 3);
  else if (length < 4096) {
    store<u16>(out, (length << 4) | 4);
    out += 2;
  } else {
    store<u32>(out, (length << 4) | 12);
    out += 3;
  }
  memory.copy(out, from, length);
  return out + length;
}

/** 0 if it saves next to nothing; `UNFIT` if codes that the `sample`-th part asks for are not fit for all literals. */
function storeCoded(out: u32, from: u32, length: u32, sample: u32, work: u32): u32 {
  countBytes(from, length, SAMPLE_RUN, SAMPLE_RUN * sample, work);
  if (sample > 1) countUnseen(work);
  const bytes = (buildCodes(work) >> 3) * sample;
  const worth = length - (length >> 6) - 16;
  if (!bytes || bytes >= worth) return 0;
  const headerBytes: u32 = length < 1024 ? 3 : length < 16384 ? 4 : 5;
  const tree = out + headerBytes;
  const jumps = storeTree(tree, work);
  if (!jumps || jumps - tree + bytes >= worth) return 0;
  const quarter = (length + 3) >> 2;
  let stream = jumps + 6;
  for (let i: u32 = 0; i < 4; i++) {
    const start = from + i * quarter;
    const end = storeStream(stream, start, min(start + quarter, from + length));
    if (!end || end - out >= length) return UNFIT;
    if (i < 3) store<u16>(jumps + (i << 1), end - stream);
    stream = end;
  }
  storeHeader(out, headerBytes, length, stream - tree);
  return stream;
}

/** Type and format in 4 bits, both sizes in 10, 14 or 18 bits each. */
function storeHeader(out: u32, bytes: u32, length: u32, coded: u32): void {
  const format = bytes - 2; // four streams: 1, 2 and 3
  const width = bytes * 4 - 2;
  const header = <u64>COMPRESSED | (format << 2) | (<u64>length << 4) | (<u64>coded << (4 + width));
  store<u16>(out, <u16>header);
  for (let i: u32 = 2; i < bytes; i++) store<u8>(out + i, <u8>(header >> (i << 3)));
}
