import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile, Plugin } from 'esbuild';
import { loadBundler, nodeOptions } from './bundle.ts';
import { isEngineFile } from './engine-files.ts';

/** Namespace of what stands in the place of packages. */
export const PACKAGES = 'parquetry-package';

/** Packages of a user's module, bundled once, apart from it: who edits the module need not wait for them. */
export interface BundledPackages {
  /** Puts the bundle in the place of the packages. */
  readonly plugin: Plugin;
  /** Absolute paths of the files that went in. */
  readonly inputs: readonly string[];
  /** Whether a package was installed anew since. */
  isStale(): Promise<boolean>;
}

/** What a module imports from packages: absolute paths by importing folder and specifier. */
export type PackageImports = ReadonlyMap<string, string>;

/** What a build has of packages. */
export interface FoundPackages {
  /** By `import` statements of the user's own files. */
  readonly imports: PackageImports;
  /** What they add to the bundle. */
  readonly bytes: number;
  /** One is required in another way: bundled apart, it could be there twice. */
  readonly isMixed: boolean;
}

/** The packages in a build whose files are relative to `folder`. */
export function findPackages(folder: string, { inputs, outputs }: Metafile): FoundPackages {
  const imports = new Map<string, string>();
  let isMixed = false;
  for (const [input, { imports: all }] of Object.entries(inputs)) {
    const importer = path.resolve(folder, input);
    if (isPackaged(importer) || isEngineFile(importer)) continue;
    for (const { path: target, kind, original, external } of all) {
      const file = path.resolve(folder, target);
      if (external || original === undefined || !isPackaged(file)) continue;
      if (kind === 'import-statement') imports.set(keyOf(path.dirname(importer), original), file);
      else isMixed = true;
    }
  }
  const bytes = Object.values(outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([input]) => isPackaged(path.resolve(folder, input)))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  return { imports, bytes, isMixed };
}

/**
 * Bundles packages into one script in `cache`, named by what is in it, which modules then require. Each is what an import of it is
 * in the bundle of the whole: CommonJS stays CommonJS, so that `default` means the same. Rejects where that cannot be done.
 */
export async function bundlePackages(file: string, imports: PackageImports, cache: string): Promise<BundledPackages> {
  const esbuild = await loadBundler();
  const folder = path.dirname(file);
  const paths = [...new Set(imports.values())].sort();
  const shapes = await shapesOf(folder, paths);
  const entry = `module.exports = {${paths.map((name, i) => `${i}: () => require(${JSON.stringify(name)})`).join(',')}}`;
  const { outputFiles, metafile } = await esbuild.build({
    ...nodeOptions,
    absWorkingDir: folder,
    stdin: { contents: entry, resolveDir: folder },
    banner: { js: surroundings(file) },
  });
  const inputs = Object.keys(metafile.inputs).flatMap((input) =>
    input === '<stdin>' ? [] : path.resolve(folder, input),
  );
  if (inputs.some(isEngineFile)) throw new TypeError('a package imports the API, of which there is to be one copy');
  const code = outputFiles[0]!.text;
  mkdirSync(cache, { recursive: true });
  const bundle = path.join(cache, `${createHash('sha256').update(code).digest('hex').slice(0, 16)}.cjs`);
  await writeFile(bundle, code);
  const state = await stateOf(paths);
  return {
    plugin: packagesPlugin({
      imports,
      bundle,
      contents: new Map(paths.map((name, i) => [name, contentsOf(bundle, i, shapes[i]!)])),
    }),
    inputs,
    isStale: async () => (await stateOf(paths)) !== state,
  };
}

/** Whether a build failed because of what stands in the place of packages: the build of the whole has the last word. */
export function isPackagesFailure(texts: readonly string[]): boolean {
  return texts.some((text) => text.includes(PACKAGES));
}

/** Undefined for CommonJS; else the names that an ES module exports. */
type Shape = readonly string[] | undefined;

async function shapesOf(folder: string, paths: readonly string[]): Promise<Shape[]> {
  const esbuild = await loadBundler();
  const { metafile } = await esbuild.build({
    ...nodeOptions,
    absWorkingDir: folder,
    entryPoints: Object.fromEntries(paths.map((name, i) => [String(i), name])),
    outdir: path.join(folder, 'out'), // never written
    format: 'esm',
  });
  const entries = new Map(
    Object.values(metafile.outputs).map((output) => [path.resolve(folder, output.entryPoint ?? ''), output.exports]),
  );
  const formats = new Map(
    Object.entries(metafile.inputs).map(([input, { format }]) => [path.resolve(folder, input), format]),
  );
  return paths.map((name) => (formats.get(name) === 'esm' ? (entries.get(name) ?? []) : undefined));
}

/** What a user's module finds around it, its packages find, too. */
function surroundings(file: string): string {
  const [name, folder, url] = [file, path.dirname(file), pathToFileURL(file).href].map((text) => JSON.stringify(text));
  return `var __filename = ${name}, __dirname = ${folder}, __url = ${url}, require = require("node:module").createRequire(${name});`;
}

function contentsOf(bundle: string, index: number, shape: Shape): string {
  const whole = `require(${JSON.stringify(bundle)})[${index}]()`;
  if (shape === undefined) return `module.exports = ${whole};`;
  const names = shape.map((name) => JSON.stringify(name));
  const values = names.map((name, i) => `n${i} = whole[${name}]`);
  return `var ${[`whole = ${whole}`, ...values].join(', ')};\nexport {${names.map((name, i) => `n${i} as ${name}`).join(', ')}};`;
}

function packagesPlugin({
  imports,
  bundle,
  contents,
}: {
  imports: PackageImports;
  bundle: string;
  contents: ReadonlyMap<string, string>;
}): Plugin {
  return {
    name: PACKAGES,
    setup(build) {
      build.onResolve({ filter: /^[^.]/ }, ({ path: specifier, importer, kind, namespace }) => {
        if (specifier === bundle) return { path: bundle, external: true };
        if (kind !== 'import-statement' || namespace !== 'file') return undefined;
        const target = imports.get(keyOf(path.dirname(importer), specifier));
        return target === undefined ? undefined : { path: target, namespace: PACKAGES };
      });
      build.onLoad({ filter: /.*/, namespace: PACKAGES }, ({ path: target }) => ({
        contents: contents.get(target),
        loader: 'js',
      }));
    },
  };
}

/** Whether a file belongs to a package, and not to the user. What stands in the place of one has its namespace before its path. */
function isPackaged(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}

function keyOf(folder: string, specifier: string): string {
  return `${folder}\0${specifier}`;
}

/** Names and versions of the packages of these files, and when they were installed. */
async function stateOf(files: readonly string[]): Promise<string> {
  const manifests = new Set(files.map(manifestOf));
  const states = Array.from(manifests, async (manifest) => {
    const facts = await stat(manifest).catch(() => undefined);
    return [manifest, facts?.mtimeMs, facts?.size].join('\0');
  });
  return (await Promise.all(states)).join('\n');
}

/** `package.json` of the package that a file lies in: below the last `node_modules`. */
function manifestOf(file: string): string {
  const [, root, name] = /^(.*[\\/]node_modules[\\/])((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file) ?? [];
  return path.join(root ?? path.dirname(file), name ?? '', 'package.json');
}
