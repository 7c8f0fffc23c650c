/** Paths are those of the machine of the engine, which may be a Windows: either slash parts them. */
const SEPARATOR = /[\\/]/;

/** What a path is below a folder; undefined where it is not below it. */
export function pathBelow(file: string, folder: string): string | undefined {
  const root = folder.replace(/[\\/]+$/, '');
  if (!file.startsWith(root) || !SEPARATOR.test(file[root.length] ?? '')) return undefined;
  return file.slice(root.length + 1) || undefined;
}

export function isBelow(file: string, folder: string): boolean {
  return pathBelow(file, folder) !== undefined;
}

/** A file of a folder, in the folder's way of writing. */
export function pathIn(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return `${folder.replace(/[\\/]+$/, '')}${separator}${name}`;
}
