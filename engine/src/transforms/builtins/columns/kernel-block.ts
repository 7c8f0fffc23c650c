import { type Kernel, threadKernel } from '../../../kernel/kernel.ts';

/** Gives memory back whose owner is gone. */
const orphans = new FinalizationRegistry(({ kernel, block }: { kernel: Kernel; block: number }) =>
  kernel.release(block),
);

/** A piece of this thread's kernel memory that grows as needed and is kept: for what one place computes, batch after batch. */
export class KernelBlock {
  #kernel: Kernel | undefined;
  #block = 0;
  #capacity = 0;

  /** The address of at least `bytes` bytes, contents undefined; what it held is gone if it had to grow. */
  reserve(bytes: number): number {
    const kernel = threadKernel();
    if (this.#kernel === kernel && bytes <= this.#capacity) return this.#block;
    orphans.unregister(this);
    if (this.#kernel === kernel) kernel.release(this.#block);
    this.#kernel = kernel;
    this.#capacity = 0;
    this.#block = kernel.allocate(bytes);
    this.#capacity = bytes;
    orphans.register(this, { kernel, block: this.#block }, this);
    return this.#block;
  }

  /** Where the bytes [start, end) of an array lie in the kernel's memory; copied into this block if they are elsewhere. */
  hold(array: Uint8Array | Int32Array, start = 0, end = array.length): number {
    const kernel = threadKernel();
    const width = array.BYTES_PER_ELEMENT;
    const known = kernel.addressOf(array);
    if (known !== undefined) return known + start * width;
    const block = this.reserve((end - start) * width);
    kernel.bytes.set(new Uint8Array(array.buffer, array.byteOffset + start * width, (end - start) * width), block);
    return block;
  }
}
