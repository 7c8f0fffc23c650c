import { dirname, extname } from 'node:path';
import type { Loader, Plugin } from 'esbuild';
import { realOf } from './given-paths.ts';

/**
 * Hands esbuild the texts of these files, as `textOf` has them at each build; undefined: what is on disk. It asks for no other files,
 * each of which would be a message between two processes.
 */
export function unsaved(files: Iterable<string>, textOf: (file: string) => string | undefined): Plugin {
  // By where links lead, too, as esbuild follows them.
  const names = new Map([...files].flatMap((file) => [[realOf(file), file] as const, [file, file] as const]));
  const paths = [...names.keys()].map((path) => path.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const filter = new RegExp(`^(?:${paths.join('|')})$`);
  return {
    name: 'unsaved',
    setup(build) {
      if (paths.length === 0) return;
      build.onLoad({ filter, namespace: 'file' }, ({ path }) => {
        const contents = textOf(names.get(path)!);
        return contents === undefined ? undefined : { contents, loader: loaderOf(path), resolveDir: dirname(path) };
      });
    },
  };
}

function loaderOf(path: string): Loader {
  const ending = extname(path).slice(1);
  if (ending === 'mts' || ending === 'cts') return 'ts';
  return (['ts', 'tsx', 'jsx', 'json'] as const).find((loader) => loader === ending) ?? 'js';
}
