import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from '../main.ts';
import { writeLargeFile } from '../parquet-viewer/large-file.ts';

const SIZE_MB = 5_120;
const root = path.resolve(import.meta.dirname, '..', '..', '..');

/**
 * What the extension host of a real VS Code holds, as the suite `memory` of test/vscode measures it. Packs the extension first. Says so
 * where no VS Code is installed, which `npm run test:vscode` does.
 */
export async function benchExtensionHost(emit: (figure: Figure) => void, sizeMb: number = SIZE_MB): Promise<void> {
  const host = process.env.PARQUETRY_VSCODE_HOST ?? path.join(root, 'out', 'vscode-host');
  if (!existsSync(path.join(host, 'node_modules', 'code-server'))) {
    console.error(`skipped: memory of the extension host: no VS Code in ${host}; npm run test:vscode installs one`);
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-extension-host-'));
  try {
    const file = path.join(folder, 'large.parquet');
    await writeLargeFile(file, sizeMb * 2 ** 20);
    const { vscode, steps } = await measure(file);
    for (const { step, rssMib, heapMib } of steps) {
      emit({ part: 'extension host', what: step, vscode, rssMib: round(rssMib), heapMib: round(heapMib) });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the suite leaves behind. */
interface Measures {
  readonly vscode: string;
  readonly steps: readonly { readonly step: string; readonly rssMib: number; readonly heapMib: number }[];
}

async function measure(file: string): Promise<Measures> {
  const run = promisify(execFile);
  await run('npm', ['run', 'package'], { cwd: root, shell: process.platform === 'win32' });
  const env = { ...process.env, PARQUETRY_LARGE_FILE: file };
  await run(process.execPath, ['test/vscode/main.ts', 'memory'], { cwd: root, env, maxBuffer: 2 ** 26 });
  return JSON.parse(await readFile(path.join(root, 'out', 'vscode', 'measures.json'), 'utf8'));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
