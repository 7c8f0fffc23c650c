import { resolve } from 'node:path';
import type { BuildFailure } from 'esbuild';
import { builtModule, bundleOptions, checkFile, loadBundler } from './bundle.ts';
import { compileError } from './compile-error.ts';
import { unsaved } from './unsaved.ts';

/** A user's file with all it imports, as one CommonJS script. Plain data: compiled once, loaded in every lane. */
export interface CompiledModule {
  /** Absolute path of the file. */
  readonly file: string;
  readonly code: string;
  /** JSON of a version 3 source map; its sources are relative to the file's folder. */
  readonly sourceMap: string;
  /** SHA-256 of the code in hex: equal sources give equal hashes, wherever they lie. */
  readonly hash: string;
  /** Absolute paths of the user's files that went in, node_modules included: what to watch. */
  readonly inputs: readonly string[];
  /** Compiled line by line: loaded as a script, at whose beginning a debugger stops to set its breakpoints. */
  readonly forDebugger?: boolean;
}

/** A compiled `transform.ts`. */
export type CompiledTransform = CompiledModule;

/** Texts of files by absolute path, in the place of what is on disk: what editors have not saved yet. */
export type UnsavedTexts = ReadonlyMap<string, string>;

/** Whose mistake it is where a module does not compile: a component is part of the configuration. */
export type CompileCode = 'E_TRANSFORM' | 'E_CONFIG';

/**
 * Bundles a transform. Types are not checked, that is the editor's and CI's work. Throws E_NOT_FOUND if there is no such
 * file, E_TRANSFORM naming every error with its line if it does not compile.
 */
export function compileTransform(file: string, texts?: UnsavedTexts): Promise<CompiledTransform> {
  return bundle(file, 'E_TRANSFORM', texts);
}

/** As `compileTransform`, with the lines of the source: a debugger that stops at a `return` is then at its line, not behind it. */
export async function compileForDebugger(file: string): Promise<CompiledTransform> {
  return { ...(await bundle(file, 'E_TRANSFORM', undefined, { minifyWhitespace: false })), forDebugger: true };
}

/** Bundles a user's own component (source, sink, encoder, key). As `compileTransform`, with E_CONFIG. */
export function compileModule(file: string, texts?: UnsavedTexts): Promise<CompiledModule> {
  return bundle(file, 'E_CONFIG', texts);
}

async function bundle(
  path: string,
  code: CompileCode,
  texts: UnsavedTexts = new Map(),
  more: { readonly minifyWhitespace?: boolean } = {},
): Promise<CompiledModule> {
  const file = resolve(path);
  await checkFile(file);
  const esbuild = await loadBundler();
  const plugins = [unsaved(texts.keys(), (name) => texts.get(name))];
  const build = await esbuild.build({ ...bundleOptions(file), ...more, plugins }).catch((failure: BuildFailure) => {
    throw compileError(code, file, failure);
  });
  return builtModule(file, build);
}
