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
  usedBytes(): number;
}

export interface KernelExports extends HeapExports, PagePrimitives, PageWriter, ScanExports, TextKernels {}
