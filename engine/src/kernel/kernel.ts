import { readFileSync } from 'node:fs';
import { ParquetryError } from '../core/errors.ts';
import { BodyBlocks } from './body-blocks.ts';
import type { KernelExports } from './exports.ts';
import { type WasmModule, webAssembly } from './web-assembly.ts';

/** From source this file is one of many; in a release all code is in a few bundles, with the kernel beside them. */
const wasmUrl = new URL(import.meta.url.endsWith('.ts') ? '../../dist/kernel.wasm' : './kernel.wasm', import.meta.url);

const PAGE_BYTES = 65_536;
/** Address space, not memory: pages that are never touched cost nothing. What a lane really holds its row groups bound. */
const RESERVED_BYTES = 1 << 30;

/**
 * An instance of the compiled kernel with memory of its own. The memory is reserved once and never grows, so views of it stay
 * valid; a kernel that trapped must not be used again.
 */
export class Kernel {
  readonly exports: KernelExports;
  readonly buffer: ArrayBuffer;
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly bodies: BodyBlocks;

  constructor(module: WasmModule, reservedBytes: number) {
    const pages = Math.ceil(reservedBytes / PAGE_BYTES);
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
    this.exports = new webAssembly.Instance(module, { env: { memory } }).exports as KernelExports;
    this.buffer = memory.buffer;
    this.bytes = Buffer.from(this.buffer);
    this.words = new Int32Array(this.buffer);
    this.doubles = new Float64Array(this.buffer);
    this.bodies = new BodyBlocks(this);
  }

  /** A block of at least `bytes` bytes, 16-aligned, contents undefined. Throws E_INTERNAL if there is no memory left. */
  allocate(bytes: number): number {
    const block = this.exports.allocate(bytes) >>> 0;
    if (block === 0) {
      throw new ParquetryError('E_INTERNAL', `the kernel must find ${bytes} bytes, got none: its memory is exhausted`);
    }
    return block;
  }

  release(block: number): void {
    this.exports.release(block);
  }

  /** Where an array lies in the kernel's memory; undefined if it is elsewhere. */
  addressOf(array: ArrayBufferView): number | undefined {
    return array.buffer === this.buffer ? array.byteOffset : undefined;
  }
}

let module: WasmModule | undefined;
let kernel: Kernel | undefined;
let finish: (made: Kernel) => Kernel = (made) => made;

/** The kernel of this thread: a lane's scanner and encoder share one, so that columns pass between them without a copy. */
export function threadKernel(): Kernel {
  kernel ??= separateKernel(RESERVED_BYTES);
  return kernel;
}

/** A kernel of its own, for tests. */
export function separateKernel(reservedBytes: number): Kernel {
  module ??= new webAssembly.Module(readFileSync(wasmUrl));
  return finish(new Kernel(module, reservedBytes));
}

/** Has every kernel that is made from now on, this thread's among them, go through `change` first: for tests. */
export function changeKernels(change: (made: Kernel) => Kernel): void {
  finish = change;
  kernel = undefined;
}

/** Forgets this thread's kernel, after a trap: whoever holds it must end, the next one starts clean. */
export function discardKernel(): void {
  kernel = undefined;
}
