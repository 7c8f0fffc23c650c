import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files of the format's own test suite (github.com/apache/parquet-testing); the folder lies beside the repository, if at all. */
const corpus = new URL('../../../shared/data/parquet-testing/', import.meta.url);

export const hasCorpus = existsSync(corpus);

/** Paths of the files in one of its folders that end so. */
export function corpusFiles(folder: 'data' | 'bad_data', ending: string): { name: string; path: string }[] {
  const at = new URL(`${folder}/`, corpus);
  if (!hasCorpus) return [];
  const names = readdirSync(at).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => ({ name, path: fileURLToPath(new URL(name, at)) }));
}
