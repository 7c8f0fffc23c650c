import { createRequire } from 'node:module';
import type * as ParquetWasm from 'parquet-wasm/node';

/** parquet-wasm's module: one WASM instance, shared by all encoders of a thread. */
export type Wasm = typeof ParquetWasm;

const MODULE = 'parquet-wasm/node';

/**
 * WASM memory never shrinks, so the largest batch a thread ever encoded stays resident. Beyond this an instance is dropped
 * when idle and the next call starts a fresh one (about 10 ms).
 */
const MAX_IDLE_BYTES = 512 * 2 ** 20;

let loaded: Wasm | undefined;

/**
 * Runs synchronous work on parquet-wasm, which is loaded on first use. Anything made inside belongs to this call's
 * instance and must not outlive it: an instance that trapped, or has grown beyond `maxIdleBytes`, is not used again.
 */
export function withWasm<Result>(work: (wasm: Wasm) => Result, maxIdleBytes: number = MAX_IDLE_BYTES): Result {
  loaded ??= load();
  try {
    const result = work(loaded);
    if (loaded.wasmMemory().buffer.byteLength > maxIdleBytes) loaded = undefined;
    return result;
  } catch (error) {
    // A panic surfaces as WebAssembly.RuntimeError and leaves the instance's memory in an unknown state.
    if (error instanceof Error && error.name === 'RuntimeError') loaded = undefined;
    throw error;
  }
}

/** The module instantiates when it is evaluated, and knows no other way to get a second instance. */
function load(): Wasm {
  // Anew each time: whoever requires a module holds it for good, and with it the memory of an instance that was let go.
  const require = createRequire(import.meta.url);
  const path = require.resolve(MODULE);
  delete require.cache[path];
  return require(path) as Wasm;
}

/**
 * An Arrow IPC stream as a Parquet file. The properties are made anew each time: writeParquet consumes them, and given them
 * a second time it silently writes with its defaults.
 */
export function parquetFromIpc(ipc: Uint8Array, configure: (wasm: Wasm) => ParquetWasm.WriterProperties): Uint8Array {
  return withWasm((wasm) => {
    const table = wasm.Table.fromIPCStream(ipc);
    // Consumes the table and the properties, on failure too: freeing them here would be a double free.
    return wasm.writeParquet(table, configure(wasm));
  });
}
