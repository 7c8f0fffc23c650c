/** A compiled module: nothing can be done with it but to instantiate it. */
export interface WasmModule {
  readonly compiled?: never;
}

interface WasmApi {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: unknown };
}

/** What the kernel uses of WebAssembly: TypeScript declares it with the DOM only. */
export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;

/** The smallest module with a vector instruction. */
const VECTOR_MODULE = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Whether the kernel can run here: on old machines there is no SIMD in WebAssembly. */
export const canRunKernel: boolean = webAssembly.validate(VECTOR_MODULE);
