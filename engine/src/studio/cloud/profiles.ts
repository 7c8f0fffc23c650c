import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Names of the profiles in the shared configuration files, sorted; none where there are no files. */
export async function listProfiles(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const folder = path.join(os.homedir(), '.aws');
  const [config, credentials] = await Promise.all([
    textOf(env.AWS_CONFIG_FILE ?? path.join(folder, 'config')),
    textOf(env.AWS_SHARED_CREDENTIALS_FILE ?? path.join(folder, 'credentials')),
  ]);
  return [...new Set([...profilesOfConfig(config), ...sectionsOf(credentials)])].sort();
}

/** `[profile prod]` and `[default]`; other sections (`[sso-session …]`, `[services …]`) are no profiles. Pure. */
export function profilesOfConfig(text: string): string[] {
  return sectionsOf(text).flatMap((section) => {
    if (section === 'default') return section;
    return /^profile\s+(.+)$/.exec(section)?.[1] ?? [];
  });
}

function sectionsOf(text: string): string[] {
  return Array.from(text.matchAll(/^[ \t]*\[([^\]\r\n]+)\]/gm), ([, name = '']) => name.trim());
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
