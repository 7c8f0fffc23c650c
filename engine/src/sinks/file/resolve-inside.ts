import { resolve, sep } from 'node:path';
import { ParquetryError } from '../../core/errors.ts';

/** Where a `/`-separated name lies below a folder. E_CONFIG for one that would leave it, or that this system reads otherwise. */
export function resolveInside(folder: string, name: string): string {
  const steps = name.split('/');
  const odd = steps.some(
    (step) => step === '' || step === '.' || step === '..' || step.includes(sep) || step.includes('\0'),
  );
  if (!odd) return resolve(folder, ...steps);
  throw new ParquetryError('E_CONFIG', `a file name must stay below its folder, got ${JSON.stringify(name)}`);
}
