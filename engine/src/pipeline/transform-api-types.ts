import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const engineSource = fileURLToPath(new URL('..', import.meta.url));
const repository = path.resolve(engineSource, '../..');
/** Together they are the module that a user's file imports; the first is where a pipeline's types are registered. */
const API = ['transforms/api.ts', 'transforms/user-api.ts'];

/**
 * The generated module that holds the declarations of the transform API, by path from the root of the repository. For
 * scripts/generate.ts: runs the compiler of this repository, which users do not have.
 */
export async function generateTransformApiTypes(): Promise<Record<string, string>> {
  const declarations = await emitDeclarations();
  const modules = [...declarations].sort(([a], [b]) => order(a, b)).map(([file, text]) => declareModule(file, text));
  const head = '// Generated from transforms/user-api.ts by scripts/generate.ts. Do not edit.\n';
  const doc = "/** Ambient declarations of 'parquetry' as a transform imports it. */\n";
  const text = `${head}${doc}export const transformApiTypes = ${JSON.stringify(modules.join('\n')).replaceAll('\\n', '\\n\\\n')};\n`;
  return { 'engine/src/pipeline/transform-api-types.generated.ts': text };
}

/** The .d.ts of the API and of all it imports, by path in the engine's source. */
async function emitDeclarations(): Promise<Map<string, string>> {
  const out = await mkdtemp(path.join(os.tmpdir(), 'parquetry-types-'));
  try {
    const tsc = path.join(repository, 'node_modules/typescript/bin/tsc');
    const options =
      '--ignoreConfig --declaration --emitDeclarationOnly --target es2024 --module nodenext --skipLibCheck --types node';
    const folders = ['--allowImportingTsExtensions', '--rootDir', engineSource, '--outDir', out];
    const args = [tsc, ...options.split(' '), ...folders, ...API.map((file) => path.join(engineSource, file))];
    await promisify(execFile)(process.execPath, args, { cwd: repository });
    const files = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.d.ts'));
    const texts = await Promise.all(files.map((name) => readFile(path.join(out, name), 'utf8')));
    return new Map(files.map((name, i) => [name.replaceAll(path.sep, '/').replace(/\.d\.ts$/, '.ts'), texts[i]!]));
  } finally {
    await rm(out, { recursive: true });
  }
}

/** One module after another in one file: what was a path becomes a name below `parquetry/`. */
function declareModule(file: string, text: string): string {
  const body = text
    .replace(/^export \* from .*\n/gm, '') // of one part of the module by another
    .replace(/^(export )?declare /gm, '$1') // the whole block is ambient
    .replace(
      /(from|import\()( ?)(['"])(\.{1,2}\/[^'"]+)\3/g,
      (_, keyword: string, space: string, quote: string, target: string) => {
        const imported = path.posix.join(path.posix.dirname(file), target);
        return `${keyword}${space}${quote}${moduleName(imported)}${quote}`;
      },
    )
    .replace(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 2))
    .replace(/^(?=.)/gm, '  ');
  return `declare module '${moduleName(file)}' {\n${body}}\n`;
}

function moduleName(file: string): string {
  return API.includes(file) ? 'parquetry' : `parquetry/internal/${file.replace(/\.ts$/, '')}`;
}

function order(a: string, b: string): number {
  return Number(API.includes(b)) - Number(API.includes(a)) || (a < b ? -1 : 1);
}
