import { isMap, parseDocument } from 'yaml';
import type { SetPath } from '../../pipeline/set-in-file.ts';

/**
 * Where a value of the pipeline file is to be set so that it counts in an environment: in the environment's own part, if that says
 * something in its place (lists replace lists as a whole, maps merge), else in the file's.
 */
export function settingPath(text: string, environment: string | undefined, path: SetPath): SetPath {
  if (environment === undefined) return path;
  const root = ['environments', environment];
  const document = parseDocument(text, { stringKeys: true });
  for (let depth = 0; depth <= path.length; depth++) {
    const node = document.getIn([...root, ...path.slice(0, depth)], true);
    if (node === undefined) return path;
    if (!isMap(node)) return [...root, ...path];
  }
  return [...root, ...path];
}
