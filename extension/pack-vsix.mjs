import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The platform to pack for, as editors call it: `--target`, or this one. */
export function targetOf() {
  const target = { type: 'string', default: `${process.platform}-${process.arch}` };
  return parseArgs({ options: { target } }).values.target;
}

/** Packs the extension in a folder of the repository into out/<name>-<target>.vsix, and says how large that is. */
export async function packVsix(folder, name, target) {
  const packagePath = path.join(root, 'out', `${name}-${target}.vsix`);
  await mkdir(path.dirname(packagePath), { recursive: true });
  await createVSIX({
    cwd: path.join(root, folder),
    packagePath,
    target,
    // All is bundled, but for what `dist` brings along.
    dependencies: false,
    // Until the manifest names a repository, pictures of the README have no address but their own.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  console.log(`${packagePath}: ${((await stat(packagePath)).size / 1e6).toFixed(1)} MB`);
}
