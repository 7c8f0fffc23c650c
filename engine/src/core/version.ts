import { readFileSync } from 'node:fs';

/** Version of the package this code belongs to; read beside the bundle as well as in the sources. */
export function packageVersion(): string {
  const places = ['../package.json', '../../package.json'].map((place) => new URL(place, import.meta.url));
  for (const place of places) {
    const version = versionIn(place);
    if (version !== undefined) return version;
  }
  return 'unknown';
}

function versionIn(file: URL): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    return name === 'parquetry' ? version : undefined;
  } catch {
    return undefined;
  }
}
