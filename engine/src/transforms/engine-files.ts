/**
 * A file of the engine that is read or started rather than imported. From source it lies in this folder as `<source>.ts`;
 * in a release all code is in a few bundles, and it is a bundle of its own, `<bundle>.js`, beside them.
 */
export function besideEngine(source: string, bundle: string): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? `./${source}.ts` : `./${bundle}.js`, import.meta.url);
}
