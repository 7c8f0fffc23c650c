import { createHash } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What runs by itself, and `memory`, which measures more than a test should and is asked for by name. */
export const suites = ['trusted', 'untrusted', 'multi-root', 'no-folder'] as const;
export const namedSuites = [...suites, 'memory'] as const;
export type Suite = (typeof namedSuites)[number];

/** Makes what a suite begins with in a folder that is there; answers what VS Code is to open, see `SuiteRun.workspace`. */
export async function makeWorkspace(name: Suite, folder: string, isDriven: boolean): Promise<string> {
  switch (name) {
    case 'trusted':
      // Where nobody chooses an example, it is there already.
      if (!isDriven) await copyExample('movies', folder);
      return folder;
    case 'untrusted':
    case 'memory':
      await copyExample('movies', folder);
      return folder;
    case 'multi-root':
      return await makeTwoRoots(folder);
    case 'no-folder':
      return '';
  }
}

async function makeTwoRoots(folder: string): Promise<string> {
  const folders = [{ path: 'one' }, { path: 'two' }];
  await copyExample('movies', path.join(folder, 'one'));
  await copyExample('flights', path.join(folder, 'two'));
  await writeParquetFile(path.join(folder, 'one', 'some.parquet'));
  const file = path.join(folder, 'two roots.code-workspace');
  await writeFile(file, JSON.stringify({ folders }));
  return file;
}

async function copyExample(name: string, folder: string): Promise<void> {
  await cp(path.join(root, 'examples', name), path.join(folder, name), { recursive: true });
}

async function writeParquetFile(file: string): Promise<void> {
  const { component } = await import('../../engine/src/encoders/parquet/index.ts');
  const { batchFromRows } = await import('../../engine/src/columns/rows.ts');
  const { parseSlot } = await import('../../engine/src/core/schema-text.ts');
  const fields = [{ name: 'town', ...parseSlot('string') }];
  const encoder = await component.create(component.config.parse({}), {} as never);
  const segment = encoder.encode(batchFromRows(fields, [{ town: 'Longyearbyen' }]));
  await writeFile(file, encoder.assemble([segment], { fields, keyValues: {} }) as Uint8Array[]);
}

/** A home whose profile `expired` signed in once, for some hours: what `aws sso login` leaves behind, years later. */
export async function writeExpiredLogin(home: string): Promise<void> {
  const cache = path.join(home, '.aws', 'sso', 'cache');
  await mkdir(cache, { recursive: true });
  const config = `[profile expired]
sso_session = work
sso_account_id = 111122223333
sso_role_name = reader
region = eu-west-1

[sso-session work]
sso_start_url = https://work.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`;
  await writeFile(path.join(home, '.aws', 'config'), config);
  const token = { accessToken: 'of yore', expiresAt: '2020-01-01T00:00:00Z', region: 'eu-west-1' };
  const name = createHash('sha1').update('work').digest('hex');
  await writeFile(path.join(cache, `${name}.json`), JSON.stringify(token));
}
