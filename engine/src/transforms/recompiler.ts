import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { BuildContext, BuildFailure } from 'esbuild';
import { builtModule, bundleOptions, checkFile, loadBundler, type ModuleBuild } from './bundle.ts';
import type { CompileCode, CompiledModule, CompiledTransform, UnsavedTexts } from './compile.ts';
import { compileError } from './compile-error.ts';
import {
  type BundledPackages,
  bundlePackages,
  findPackages,
  isPackagesFailure,
  PACKAGES,
  type PackageImports,
} from './packages.ts';
import { unsaved } from './unsaved.ts';

type ModuleContext = BuildContext<ReturnType<typeof bundleOptions>>;

/** Modules that are kept ready to be compiled again. */
const MAX_KEPT = 8;
/** Packages that add less are bundled faster than they are looked after. */
const MIN_BYTES = 32 << 10;
const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Compiles modules over and over while they are edited. Files that did not change are not parsed again, and packages are bundled
 * once, to a file of this process that the module requires. The code does what that of `compileTransform` does.
 */
export class Recompiler {
  readonly #kept = new Map<string, KeptModule>();
  #cache: Promise<string> | undefined;

  /** As `compileTransform`. */
  transform(file: string, texts: UnsavedTexts): Promise<CompiledTransform> {
    return this.#module(file, 'E_TRANSFORM').compile(texts);
  }

  /** As `compileModule`. */
  module(file: string, texts: UnsavedTexts): Promise<CompiledModule> {
    return this.#module(file, 'E_CONFIG').compile(texts);
  }

  /** Resolves when whatever is done behind the back of who compiles is done. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#kept.values(), (kept) => kept.settled()));
  }

  /** Gives back what is kept, on the disk, too. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#kept.values(), (kept) => kept.close()));
    this.#kept.clear();
    const cache = await this.#cache;
    if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
  }

  #module(file: string, code: CompileCode): KeptModule {
    const key = `${code}:${file}`;
    const kept = this.#kept.get(key) ?? new KeptModule(path.resolve(file), code, () => this.#cacheFolder());
    this.#kept.delete(key);
    this.#kept.set(key, kept); // the last is the one that was used last
    const [oldest, ...others] = this.#kept;
    if (oldest && others.length >= MAX_KEPT) {
      this.#kept.delete(oldest[0]);
      void oldest[1].close();
    }
    return kept;
  }

  /** Nobody else may write there: what lies in it is run. */
  #cacheFolder(): Promise<string> {
    this.#cache ??= mkdtemp(path.join(os.tmpdir(), 'parquetry-packages-'));
    return this.#cache;
  }
}

/** One module. Its builds follow one another: esbuild would answer one that comes meanwhile with the one under way. */
class KeptModule {
  readonly #file: string;
  readonly #code: CompileCode;
  readonly #cache: () => Promise<string>;
  #context: ModuleContext | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #texts: UnsavedTexts = new Map();
  /** Files that were unsaved at some time: esbuild asks for their texts. */
  readonly #unsaved = new Set<string>();
  /** Of the context. */
  #packages: BundledPackages | undefined;
  /** What is bundled apart, is being bundled, or could not be. */
  #imports: PackageImports = new Map();
  #bundling: Promise<void> | undefined;
  #bundled: BundledPackages | undefined;

  constructor(file: string, code: CompileCode, cache: () => Promise<string>) {
    this.#file = file;
    this.#code = code;
    this.#cache = cache;
  }

  compile(texts: UnsavedTexts): Promise<CompiledModule> {
    const next = this.#last.then(() => this.#compile(texts));
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** When packages that are to be bundled are. */
  async settled(): Promise<void> {
    await this.#last;
    await this.#bundling;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#forget();
  }

  async #compile(texts: UnsavedTexts): Promise<CompiledModule> {
    await checkFile(this.#file);
    this.#texts = texts;
    await this.#adapt();
    const build = await this.#build();
    this.#lookForPackages(build);
    const module = builtModule(this.#file, build);
    return { ...module, inputs: [...module.inputs.filter(isFile), ...(this.#packages?.inputs ?? [])] };
  }

  /** Starts anew where what esbuild was told does not hold any more. */
  async #adapt(): Promise<void> {
    const known = this.#unsaved.size;
    for (const file of this.#texts.keys()) if (SOURCE.test(file)) this.#unsaved.add(file);
    if (this.#unsaved.size > known) await this.#forget();
    if (this.#bundled) await this.#take(this.#bundled);
    this.#bundled = undefined;
    if (!(await this.#packages?.isStale())) return;
    this.#imports = new Map();
    await this.#take(undefined);
  }

  async #take(packages: BundledPackages | undefined): Promise<void> {
    this.#packages = packages;
    await this.#forget();
  }

  /** What stands in the place of packages never decides what is said: then, and if esbuild's process was lost, all is built anew. */
  async #build(isAnew = false): Promise<ModuleBuild> {
    try {
      const context = await this.#open();
      return await context.rebuild();
    } catch (thrown) {
      const failure = thrown as BuildFailure;
      const isLost = failure.errors === undefined;
      const isOfPackages = isPackagesFailure((failure.errors ?? []).map(({ text }) => text));
      if (isAnew || !(isLost || isOfPackages)) throw compileError(this.#code, this.#file, failure);
      await this.#take(isLost ? this.#packages : undefined);
      return this.#build(true);
    }
  }

  async #open(): Promise<ModuleContext> {
    if (this.#context) return this.#context;
    const esbuild = await loadBundler();
    const plugins = [unsaved(this.#unsaved, (name) => this.#texts.get(name))];
    if (this.#packages) plugins.push(this.#packages.plugin);
    this.#context = await esbuild.context({ ...bundleOptions(this.#file), plugins });
    return this.#context;
  }

  /** Behind the back of whoever compiles: until they are bundled apart, packages are part of each build. */
  #lookForPackages({ metafile }: ModuleBuild): void {
    if (this.#bundling) return;
    const { imports, bytes, isMixed } = findPackages(path.dirname(this.#file), metafile);
    if (isMixed || (!this.#packages && bytes < MIN_BYTES)) return;
    const all = new Map([...this.#imports, ...imports]);
    if (isSame(all, this.#imports)) return;
    this.#imports = all;
    this.#bundling = this.#bundlePackages(all).finally(() => {
      this.#bundling = undefined;
    });
  }

  /** What cannot be bundled apart stays part of each build. */
  async #bundlePackages(imports: PackageImports): Promise<void> {
    const cache = await this.#cache();
    this.#bundled = await bundlePackages(this.#file, imports, cache).catch(() => undefined);
  }

  async #forget(): Promise<void> {
    const context = this.#context;
    this.#context = undefined;
    await context?.dispose().catch(() => undefined); // its process may be gone
  }
}

/** Not what stands in the place of a package. */
function isFile(input: string): boolean {
  return !input.includes(`${PACKAGES}:`);
}

function isSame(a: PackageImports, b: PackageImports | undefined): boolean {
  return a.size === b?.size && [...a].every(([key, file]) => b.get(key) === file);
}
