import { expect, test } from 'vitest';
import { withWasm } from './wasm.ts';

const MB = 2 ** 20;
const sizeOf = () => withWasm((wasm) => wasm.wasmMemory().buffer.byteLength, Number.POSITIVE_INFINITY);

test('an instance that grew beyond what may stay is not used again, others are', () => {
  const grown = withWasm((wasm) => {
    wasm.wasmMemory().grow((40 * MB) / 65_536);
    return wasm.wasmMemory().buffer.byteLength;
  }, 100 * MB);
  expect(sizeOf()).toBe(grown);
  withWasm(() => undefined, 30 * MB);
  expect(sizeOf()).toBeLessThan(30 * MB);
});
