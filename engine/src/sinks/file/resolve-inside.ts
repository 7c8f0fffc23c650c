import { resolve, sep } from 'node:path';
import { ParquetryError } from '../../core/errors.ts';

/** Names that Windows has for devices, with any extension. Microsoft, "Naming Files, Paths, and Namespaces". */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
/** Characters that Windows has in no name; and ends that it cuts off, so that two partitions would become one. */
const NOT_ON_WINDOWS = /[<>:"|?*]|[. ]$/;

/**
 * Where a `/`-separated name lies below a folder. E_CONFIG for one that would leave it, or that this system reads otherwise; E_RECORD
 * for one that Windows cannot have: the values of some rows are to blame, and others are written.
 */
export function resolveInside(folder: string, name: string, platform: NodeJS.Platform = process.platform): string {
  const steps = name.split('/');
  const odd = steps.some(
    (step) => step === '' || step === '.' || step === '..' || step.includes(sep) || step.includes('\0'),
  );
  if (odd) throw new ParquetryError('E_CONFIG', `a file name must stay below its folder, got ${JSON.stringify(name)}`);
  const refused = platform === 'win32' && steps.find((step) => DEVICE.test(step) || NOT_ON_WINDOWS.test(step));
  if (refused === false || refused === undefined) return resolve(folder, ...steps);
  throw new ParquetryError('E_RECORD', `Windows has no file or folder ${JSON.stringify(refused)}`, {
    hint: 'Partition by values without < > | and without a dot or a space at their end, or write to S3.',
  });
}
