import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFailure, OutputFile } from 'esbuild';
import { ParquetryError } from '../core/errors.ts';
import { compileError } from './compile-error.ts';
import { besideEngine, isEngineFile } from './engine-files.ts';

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
}

/** A compiled `transform.ts`. */
export type CompiledTransform = CompiledModule;

/**
 * Bundles a transform. Types are not checked, that is the editor's and CI's work. Throws E_NOT_FOUND if there is no such
 * file, E_TRANSFORM naming every error with its line if it does not compile.
 */
export function compileTransform(file: string): Promise<CompiledTransform> {
  return bundle(file, 'E_TRANSFORM');
}

/** Bundles a user's own component (source, sink, encoder, key). As `compileTransform`, with E_CONFIG. */
export function compileModule(file: string): Promise<CompiledModule> {
  return bundle(file, 'E_CONFIG');
}

async function bundle(path: string, code: 'E_TRANSFORM' | 'E_CONFIG'): Promise<CompiledModule> {
  const file = resolve(path);
  await checkFile(file);
  const folder = dirname(file);
  const api = fileURLToPath(besideEngine('user-api', 'user-api'));
  const esbuild = await import('esbuild'); // a process of its own: started only by who compiles
  const result = await esbuild
    .build({
      entryPoints: [file],
      absWorkingDir: folder,
      outfile: join(folder, 'bundle.js'), // never written: sources in the map are relative to it
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      supported: { 'dynamic-import': false }, // becomes a require, which needs no experimental hook of node:vm
      alias: { parquetry: api },
      define: {
        'import.meta.url': '__url',
        'import.meta.filename': '__filename',
        'import.meta.dirname': '__dirname',
      },
      sourcemap: 'external',
      metafile: true,
      minifyWhitespace: true, // leaves out the comments with paths: equal sources, equal code
      logLevel: 'silent',
    })
    .catch((failure: BuildFailure) => {
      throw compileError(code, file, failure);
    });
  const text = textOf(result.outputFiles, '.js');
  return {
    file,
    code: text,
    sourceMap: textOf(result.outputFiles, '.js.map'),
    hash: createHash('sha256').update(text).digest('hex'),
    inputs: Object.keys(result.metafile.inputs)
      .map((input) => resolve(folder, input))
      .filter((input) => !isEngineFile(input)), // the API came in by its alias
  };
}

async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return;
  throw new ParquetryError('E_NOT_FOUND', `module must be a file, got ${file}`, {
    hint: 'Paths in the pipeline file start at its folder.',
    file,
  });
}

function textOf(files: readonly OutputFile[], ending: string): string {
  const found = files.find((file) => file.path.endsWith(ending));
  if (!found) throw new ParquetryError('E_INTERNAL', `esbuild must write a ${ending} file, got ${files.length} others`);
  return found.text;
}
