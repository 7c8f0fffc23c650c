import type { Kernel } from '../kernel.ts';

const ALIGNMENT = 16;
const BLOCK_BYTES = 16 * 1024;

/** Lays out structures one after the other in blocks of the kernel's memory. They stay where they are. */
export class BlockWriter {
  /** To be released when the structures are no longer needed. */
  readonly blocks: number[] = [];
  private readonly kernel: Kernel;
  private readonly longs: BigInt64Array;
  private at = 0;
  private end = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.longs = new BigInt64Array(kernel.buffer);
  }

  /** Address of `bytes` bytes of zeros, 16-aligned, with room behind them to be read as vectors. */
  reserve(bytes: number): number {
    const taken = Math.ceil((bytes + ALIGNMENT) / ALIGNMENT) * ALIGNMENT;
    if (this.at + taken > this.end) this.nextBlock(Math.max(taken, BLOCK_BYTES));
    const address = this.at;
    this.at += taken;
    return address;
  }

  word(address: number, value: number): void {
    this.kernel.words[address >> 2] = value;
  }

  long(address: number, value: bigint): void {
    this.longs[address >> 3] = value;
  }

  private nextBlock(bytes: number): void {
    this.at = this.kernel.allocate(bytes);
    this.end = this.at + bytes;
    this.blocks.push(this.at);
    this.kernel.bytes.fill(0, this.at, this.end);
  }
}
