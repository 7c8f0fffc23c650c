// The scratch memory of the Zstandard encoder: where its parts lie, in bytes from its start.

/** The most that a block of a frame holds (RFC 8878, 3.1.1.2.4). */
export const BLOCK_BYTES: u32 = 1 << 17;
/** A block ends with as many sequences as this, however few bytes they are of. Two bytes say how many there are. */
export const MAX_SEQUENCES: u32 = 1 << 14;
/** How many literals, the match's length - 3 and the value of its offset, a u32 each, into whose upper bytes their codes get. */
export const SEQUENCE_BYTES: u32 = 12;
export const MAX_TABLE_BITS: u32 = 14;
/** What may be written behind what is meant to be: copies and bits are stored in whole words. */
const SLACK: u32 = 32;

/** Positions in the source by hash, a u32 each. */
export const POSITIONS: u32 = 0;
export const LITERALS: u32 = POSITIONS + (4 << MAX_TABLE_BITS);
export const SEQUENCES: u32 = LITERALS + BLOCK_BYTES + SLACK;
/** How often each byte comes: four u32 each, which are added up. */
export const COUNTS: u32 = SEQUENCES + MAX_SEQUENCES * SEQUENCE_BYTES;
/** What zstd-huffman.ts lays out: 6,720 bytes. */
export const HUFFMAN: u32 = COUNTS + 4 * 256 * 4;
/** What zstd-sequences.ts lays out: 6,272 bytes. */
export const FSE: u32 = HUFFMAN + 8192;

export const WORK_BYTES: u32 = FSE + 8192;
