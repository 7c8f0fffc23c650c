import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, BuildResult, OutputFile } from 'esbuild';
import { ParquetryError } from '../core/errors.ts';
import type { CompiledModule } from './compile.ts';
import { besideEngine, isEngineFile } from './engine-files.ts';
import { givenPaths } from './given-paths.ts';

/** A build whose output stays in memory, with what went in. */
export type ModuleBuild = BuildResult<{ write: false; metafile: true }>;

/** The bundler: a process of its own, started by the first who compiles. */
export function loadBundler(): Promise<typeof import('esbuild')> {
  return import('esbuild');
}

/** How a user's file becomes one script. */
export function bundleOptions(file: string) {
  const folder = dirname(file);
  return {
    ...nodeOptions,
    entryPoints: [file],
    absWorkingDir: folder,
    outfile: join(folder, 'bundle.js'), // never written: sources in the map are relative to it
    alias: { parquetry: fileURLToPath(besideEngine('user-api', 'user-api')) },
    sourcemap: 'external',
    minifyWhitespace: true, // leaves out the comments with paths: equal sources, equal code
  } satisfies BuildOptions;
}

/** What holds for all code that runs in a user's module, its packages among it. */
export const nodeOptions = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  supported: { 'dynamic-import': false }, // becomes a require, which needs no experimental hook of node:vm
  define: {
    'import.meta.url': '__url',
    'import.meta.filename': '__filename',
    'import.meta.dirname': '__dirname',
  },
  logLevel: 'silent',
} satisfies BuildOptions;

/** A finished build as the module that lanes load. */
export function builtModule(file: string, { outputFiles, metafile }: ModuleBuild): CompiledModule {
  const code = textOf(outputFiles, '.js');
  const given = givenPaths(dirname(file));
  return {
    file,
    code,
    sourceMap: given.inSourceMap(textOf(outputFiles, '.js.map')),
    hash: createHash('sha256').update(code).digest('hex'),
    inputs: Object.keys(metafile.inputs)
      .map(given.of)
      .filter((input) => !isEngineFile(input)), // the API came in by its alias
  };
}

/** Throws E_NOT_FOUND unless there is such a file. */
export async function checkFile(file: string): Promise<void> {
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
