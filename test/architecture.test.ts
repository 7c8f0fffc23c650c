import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = path.join(root, 'engine', 'src');

const base = ['core', 'columns', 'kernel', 'aws'];
const bytes = [...base, 'parquet'];
const components = [...bytes, 'formats', 'sources', 'sinks', 'encoders', 'transforms'];
/** Who may import whom, besides itself. Component folders never import each other. */
const allowed: Record<string, string[]> = {
  core: [],
  columns: ['core'],
  kernel: ['core', 'columns'],
  aws: ['core', 'columns'],
  parquet: ['core', 'columns'],
  formats: bytes,
  sources: bytes,
  sinks: bytes,
  encoders: bytes,
  transforms: base,
  telemetry: ['core'],
  emulator: ['core'],
  pipeline: [...bytes, 'transforms', 'telemetry'],
  runtime: [...bytes, 'pipeline', 'transforms', 'telemetry'],
  protocol: [],
  studio: [...components, 'pipeline', 'runtime', 'telemetry', 'emulator', 'protocol'],
  cli: [...components, 'pipeline', 'runtime', 'telemetry', 'emulator', 'protocol', 'studio'],
};
/** Within these, one component's folder may not import another's. */
const componentFolders = ['formats', 'sources', 'sinks', 'encoders'];
/** Folders that hold what components of one kind share. */
const sharedByComponents = ['sources/lines'];
/** Where the pipeline folder reaches into components, and why. */
const reaches: Record<string, string> = {
  'pipeline/registry.generated.ts': 'finds all components',
  'pipeline/dead-letters.ts': 'dead letters are written by sinks, but are none',
  'pipeline/ddl/dialect.ts': 'DDL describes what the parquet encoder writes for a reader',
  'pipeline/ddl/pipeline-table.ts': 'as dialect.ts',
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const imports = collect();

describe('the import rules of ARCHITECTURE.md', () => {
  test.each(Object.keys(allowed))('%s imports only what it may', (folder) => {
    const targets = imports.filter(({ file }) => file.startsWith(`${folder}/`) && isProduct(file));
    const breaches = targets.filter(({ file, target }) => {
      const other = target.split('/')[0]!;
      if (file in reaches) return false;
      return other !== folder && !allowed[folder]!.includes(other);
    });
    expect(breaches).toEqual([]);
  });

  test.each(componentFolders)('no component of %s imports another', (kind) => {
    const breaches = imports.filter(({ file, target }) => {
      if (!file.startsWith(`${kind}/`) || !target.startsWith(`${kind}/`) || !isProduct(file)) return false;
      // Dead letters are no component: they are written through the sinks.
      if (file.startsWith('sinks/dead-letters/')) return false;
      const [from, to] = [file, target].map((name) => name.split('/').slice(0, 2).join('/'));
      return from !== to && !sharedByComponents.includes(to!) && to!.split('/').length === 2 && !to!.endsWith('.ts');
    });
    expect(breaches).toEqual([]);
  });

  test('every folder of the engine has its rule', () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(allowed).sort());
  });

  test('only the CLI and the library entry import the AWS SDK or undici outside aws/ eagerly: nobody', () => {
    const eager = files().filter(
      (file) => /^import (?!type)[^;]*from '(@aws-sdk\/|undici')/m.test(read(file)) && isProduct(file),
    );
    expect(eager).toEqual([]);
  });

  test('every folder names its references for the type checker', () => {
    for (const folder of Object.keys(allowed)) {
      const config = JSON.parse(readFileSync(path.join(src, folder, 'tsconfig.json'), 'utf8'));
      const references = (config.references ?? []).map((entry: { path: string }) => entry.path.replace('../', ''));
      const extra = folder === 'pipeline' ? componentFolders : [];
      expect(references.toSorted(), folder).toEqual([...new Set([...allowed[folder]!, ...extra])].toSorted());
    }
  });
});

describe('the faces of the studio', () => {
  test.each(['extension', 'webview'])('%s imports nothing of the engine but the protocol', (folder) => {
    const breaches = faceFiles(folder).filter(({ text }) =>
      Array.from(text.matchAll(/(?:from|import\()\s*'([^']*engine\/src\/[^']+)'/g)).some(
        ([, target]) => !target!.includes('engine/src/protocol/'),
      ),
    );
    expect(breaches.map(({ file }) => file)).toEqual([]);
  });

  test('only extension/src/vscode sees VS Code', () => {
    const seeing = faceFiles('extension').filter(({ text }) => /from 'vscode'/.test(text));
    expect(seeing.map(({ file }) => file).filter((file) => !file.startsWith('vscode/'))).toEqual([]);
  });

  test.each(['extension', 'webview'])(
    'no file of %s has more than 500 lines, or names a place on a machine',
    (folder) => {
      const breaches = faceFiles(folder).filter(
        ({ text }) => text.split('\n').length > 501 || /['"`](\/work\/|\/root\/|\/home\/\w)/.test(text),
      );
      expect(breaches.map(({ file }) => file)).toEqual([]);
    },
  );
});

describe('the style of the house', () => {
  test('no file has more than 500 lines', () => {
    const long = files().filter((file) => !file.endsWith('.generated.ts') && read(file).split('\n').length > 501);
    expect(long).toEqual([]);
  });

  test('nothing names a place on a machine', () => {
    const breaches = files().filter((file) => /['"`](\/work\/|\/root\/|\/home\/\w)/.test(read(file)));
    expect(breaches).toEqual([]);
  });
});

/** What is shipped of the extension, or of the pages. */
function faceFiles(folder: string): { readonly file: string; readonly text: string }[] {
  const base = path.join(root, folder, 'src');
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file) && isProduct(file))
    .map((file) => ({ file, text: readFileSync(path.join(base, file), 'utf8') }));
}

function collect(): Import[] {
  return files().flatMap((file) =>
    Array.from(read(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g), ([, target]) => ({
      file,
      target: path.posix.join(path.posix.dirname(file), target!),
    })),
  );
}

function files(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'));
}

function read(file: string): string {
  return readFileSync(path.join(src, file), 'utf8');
}

function isProduct(file: string): boolean {
  return !/\.(test|test-support)\.ts$|types-check\.ts$/.test(file);
}
