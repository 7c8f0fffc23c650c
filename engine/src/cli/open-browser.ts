import { spawn } from 'node:child_process';
import type { CliContext } from './context.ts';

/** Opens an address in the user's browser. Resolves with whether one was started; there is none in CI, over SSH, in a container. */
export async function openBrowser(url: string, { env, stdout }: CliContext): Promise<boolean> {
  const command = stdout.isTTY && !env.CI ? browserCommand(env) : undefined;
  if (command === undefined) return false;
  const [program, ...args] = command;
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.unref();
  return await new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

/** `BROWSER` comes first: editors set it in their terminals to what opens a page on the user's own machine. */
export function browserCommand(
  env: CliContext['env'],
  platform: NodeJS.Platform = process.platform,
): [program: string, ...args: string[]] | undefined {
  if (env.BROWSER) return [env.BROWSER];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME ? ['xdg-open'] : undefined;
}
