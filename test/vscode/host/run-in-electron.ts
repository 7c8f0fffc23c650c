import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SuiteRun } from './suite-run.ts';
import { quietSettings } from './vscode-server.ts';

/** VS Code's executable, downloaded where it is not there yet; rejects where it cannot be downloaded. */
export async function downloadElectron(version: string, cachePath: string): Promise<string> {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  return await downloadAndUnzipVSCode({ version, cachePath });
}

/** Runs a suite in VS Code for the desktop. Nothing drives its window: cases that look at pages are skipped there, by name. */
export async function runInElectron(executable: string, run: SuiteRun): Promise<string | undefined> {
  const { resolveCliArgsFromVSCodeExecutablePath, runTests } = await import('@vscode/test-electron');
  const user = path.join(run.profile, 'User');
  await mkdir(user, { recursive: true });
  await writeFile(path.join(user, 'settings.json'), JSON.stringify(quietSettings));
  const folders = [`--user-data-dir=${run.profile}`, `--extensions-dir=${path.join(run.profile, 'extensions')}`];
  const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
  execFileSync(cli!, [
    ...args.filter((arg) => !/^--(user-data|extensions)-dir/.test(arg)),
    ...folders,
    '--install-extension',
    run.vsix,
  ]);
  const code = await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: run.developed,
    extensionTestsPath: run.suite,
    extensionTestsEnv: { ...run.env },
    launchArgs: [run.workspace, ...folders, ...(run.isTrusted ? ['--disable-workspace-trust'] : [])],
  }).catch((error: Error) => error.message);
  if (typeof code === 'string') return code;
  const text = await readFile(run.outcome, 'utf8').catch(() => undefined);
  if (text === undefined) return 'the extension host ended before the suite did';
  const { ok, message } = JSON.parse(text) as { ok: boolean; message?: string };
  return ok ? undefined : message;
}
