import type { PagePrimitives } from './page-primitives.ts';
import type { PageWriter } from './pages.ts';
import type { TextKernels } from './text-kernels.ts';
import type { ScanExports } from './wasm-scan/exports.ts';

/**
 * What the compiled kernel exports (assembly/index.ts), as JavaScript sees it. Pointers, lengths and i32 are numbers, i64 is
 * a bigint. Each part of the kernel declares its own functions beside its bindings.
 */
export interface HeapExports {
  /** Answers 0 if memory is exhausted. */
  allocate(bytes: number): number;
  release(block: number): void;
  /** Bytes in blocks that are not free. */
  usedBytes(): number;
  /** Bytes in blocks, free ones as well: no more was ever touched. */
  touchedBytes(): number;
  /** Lends guarded and poisoned blocks from now on, for tests: see assembly/heap-checks.ts. Before the first block is lent. */
  startHeapChecks(): void;
  /** The first fault that a look at all blocks finds, 0n: none. Low byte: what is wrong; above it: the block's address. */
  checkHeap(): bigint;
  /** The fault at which a call trapped, in the same form. */
  heapFault(): bigint;
}

export interface KernelExports extends HeapExports, PagePrimitives, PageWriter, ScanExports, TextKernels {}
