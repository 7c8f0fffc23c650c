import path from 'node:path';
import { ParquetryError } from '../../core/errors.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';

/** The pipeline's `samples/`; where there are none and it reads files anyway, those. Empty if there are neither. */
export async function defaultSamples({ folder, source }: CheckedPipeline): Promise<string[]> {
  const { findSamples } = await import('../samples/sample-files.ts');
  const found = await findSamples(['samples'], folder).catch((thrown: unknown) => {
    if (thrown instanceof ParquetryError && thrown.code === 'E_NOT_FOUND') return [];
    throw thrown;
  });
  if (found.length > 0 || !('type' in source) || source.type !== 'file') return found;
  const { findFiles } = await import('../../sources/file/find-files.ts');
  return (await findFiles(folder, String(source.config.path))).map((name) => path.resolve(folder, name));
}
