import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** Names of files as the user knows them: esbuild follows links, and says where they lead. */
export interface GivenPaths {
  /** The absolute path of what esbuild names relative to the folder. */
  of(name: string): string;
  /** A source map whose sources are relative to the folder, the same way. */
  inSourceMap(json: string): string;
}

/** For what was bundled in a folder, by the name that the user has for it. */
export function givenPaths(folder: string): GivenPaths {
  const link = linkTo(folder);
  const of = (name: string) => {
    const file = resolve(folder, name);
    return link && file.startsWith(link.target + sep) ? join(link.given, relative(link.target, file)) : file;
  };
  if (!link) return { of, inSourceMap: (json) => json };
  return {
    of,
    inSourceMap(json) {
      const map = JSON.parse(json) as { readonly sources: readonly string[] };
      return JSON.stringify({ ...map, sources: map.sources.map((source) => relative(folder, of(source))) });
    },
  };
}

/** The link by which the folder is reached, and where it leads; undefined if by none. */
function linkTo(folder: string): { readonly given: string; readonly target: string } | undefined {
  let given = folder;
  let target = realOf(folder);
  if (given === target) return undefined;
  while (basename(given) === basename(target) && dirname(given) !== given) {
    given = dirname(given);
    target = dirname(target);
  }
  return { given, target };
}

/** Where links lead; the name itself where there is nothing. */
export function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
