import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Builds what is tested, unless told that it is built: `STUDIO_BUILT=1 npm run test:browser`. */
export function setup(): void {
  if (process.env.STUDIO_BUILT) return;
  const root = path.resolve(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, [path.join(root, 'esbuild.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
}
