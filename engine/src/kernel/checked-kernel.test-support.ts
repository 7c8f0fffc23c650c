import { afterAll } from 'vitest';
import type { KernelExports } from './exports.ts';
import { changeKernels } from './kernel.ts';

/** As assembly/heap-checks.ts numbers them. */
const FAULTS = [
  'no fault',
  'something was written through a null pointer',
  'something was written before its start',
  'something was written behind its end',
  'something was written to it after it was given back',
  'it was given back twice',
  'it was given back and is none',
] as const;

/** Checks kernels until the end of a test file: to look at all blocks after each call takes its time, and other files come behind it. */
export function checkKernelsOfFile(): void {
  checkKernels();
  afterAll(uncheckKernels);
}

/**
 * Has kernels of this thread throw from now on as soon as one of their functions has written where it must not, naming the
 * function and the block. Whoever holds a kernel from before keeps it as it was.
 */
export function checkKernels(): void {
  changeKernels((kernel) => {
    kernel.exports.startHeapChecks();
    (kernel as { exports: KernelExports }).exports = checkedExports(kernel.exports);
    return kernel;
  });
}

/** Kernels that are made from now on are as any. */
export function uncheckKernels(): void {
  changeKernels((kernel) => kernel);
}

function checkedExports(exports: KernelExports): KernelExports {
  const checked = Object.entries(exports).map(([name, value]) => {
    if (typeof value !== 'function' || name === 'checkHeap' || name === 'heapFault') return [name, value];
    return [name, (...parameters: unknown[]) => checkedCall(exports, name, () => value(...parameters))];
  });
  return Object.fromEntries(checked);
}

function checkedCall<Result>(exports: KernelExports, name: string, call: () => Result): Result {
  let result: Result;
  try {
    result = call();
  } catch (error) {
    const fault = exports.heapFault();
    throw fault === 0n ? error : new Error(`${name} found: ${faultText(fault)}`, { cause: error });
  }
  const fault = exports.checkHeap();
  if (fault !== 0n) throw new Error(`${name} left behind: ${faultText(fault)}`);
  return result;
}

function faultText(fault: bigint): string {
  return `block at ${(BigInt.asUintN(64, fault) >> 8n).toString(16)}: ${FAULTS[Number(fault & 255n)]}`;
}
