import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { withWasm } from './wasm.ts';

const MB = 2 ** 20;
const sizeOf = () => withWasm((wasm) => wasm.wasmMemory().buffer.byteLength, Number.POSITIVE_INFINITY);

test('an instance that grew beyond what may stay is not used again, others are', () => {
  withWasm(() => undefined, 0); // what tests before this one grew is let go
  const grown = withWasm((wasm) => {
    wasm.wasmMemory().grow((40 * MB) / 65_536);
    return wasm.wasmMemory().buffer.byteLength;
  }, 100 * MB);
  expect(sizeOf()).toBe(grown);
  withWasm(() => undefined, 30 * MB);
  expect(sizeOf()).toBeLessThan(30 * MB);
});

test('the memory of an instance that is not used again is collected', () => {
  // In a process of its own, whose modules nobody else holds.
  const script = `
    import { withWasm } from ${JSON.stringify(new URL('./wasm.ts', import.meta.url).href)};
    const gone = withWasm((wasm) => new WeakRef(wasm.wasmMemory()), 0);
    withWasm(() => undefined); // another instance takes its place
    await new Promise((resolve) => setTimeout(resolve, 1));
    gc();
    console.log(gone.deref() === undefined);`;
  const flags = ['--expose-gc', '--input-type=module', '--eval', script];
  expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toBe('true\n');
});
