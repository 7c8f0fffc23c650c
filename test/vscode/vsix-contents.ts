import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What a .vsix must be like. */
interface VsixRules {
  /** What it may weigh. */
  readonly maxBytes: number;
  /** All that is shipped; anything else got in by mistake. */
  readonly allowed: readonly RegExp[];
  /** Without these it does not work: one file for each. */
  readonly needed: readonly RegExp[];
}

/** What activation loads. */
const MAX_HOST_BYTES = 150_000;
const HOST = 'extension/dist/extension.cjs';

const allowed: readonly RegExp[] = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/media\/[\w-]+\.(svg|png)$/,
  /^extension\/media\/(walkthrough|readme)\/[\w-]+\.png$/,
  /^extension\/dist\/(extension\.cjs|package\.json)$/,
  /^extension\/dist\/reference\/[\w-]+\.md$/,
  /^extension\/dist\/engine\/(chunk-\w+|cli|[\w-]+-worker|[\w-]+-process|debug-record|user-api)\.js$/,
  /^extension\/dist\/engine\/(parquetry\.mjs|kernel\.wasm|pipeline\.schema\.json|examples\.json)$/,
  /^extension\/dist\/engine\/node_modules\/esbuild\/(package\.json|lib\/main\.js)$/,
  /^extension\/dist\/engine\/node_modules\/@esbuild\/[\w-]+\/(package\.json|bin\/esbuild|esbuild\.exe)$/,
  /^extension\/dist\/engine\/node_modules\/parquet-wasm\/(package\.json|node\/(package\.json|parquet_wasm\.js|parquet_wasm_bg\.wasm))$/,
  /^extension\/dist\/webview\/(main\.js|chunk-\w+\.js|page\.html|theme\.css|codicon\.(css|ttf))$/,
];

const needed = [
  'extension/package.json',
  'extension/media/icon.png',
  'extension/dist/extension.cjs',
  'extension/dist/reference/pipeline.md',
  'extension/dist/engine/studio-process.js',
  'extension/dist/engine/run-process.js',
  'extension/dist/engine/parquet-process.js',
  'extension/dist/engine/debug-record.js',
  'extension/dist/engine/lane-worker.js',
  'extension/dist/engine/preview-worker.js',
  'extension/dist/engine/user-api.js',
  'extension/dist/engine/kernel.wasm',
  'extension/dist/engine/node_modules/parquet-wasm/node/parquet_wasm_bg.wasm',
  'extension/dist/webview/main.js',
  'extension/dist/webview/page.html',
];

const extension: VsixRules = {
  maxBytes: 12e6,
  allowed,
  needed: [...needed.map(exactly), /\/@esbuild\/[\w-]+\/(bin\/esbuild|esbuild\.exe)$/],
};

const MODULES = '^extension\\/dist\\/node_modules\\/';
/** DuckDB's own files for one platform; all of them are needed. */
const duckdb: VsixRules = {
  maxBytes: 45e6, // 24 MB on Linux, 37 MB on macOS, whose binary is for both processors
  allowed: [
    /^\[Content_Types\]\.xml$/,
    /^extension\.vsixmanifest$/,
    /^extension\/(package\.json|readme\.md|LICENSE\.txt)$/,
    /^extension\/dist\/(icon\.png|package\.json)$/,
    new RegExp(`${MODULES}@duckdb\\/node-api\\/(package\\.json|LICENSE|lib\\/index\\.js)$`),
    new RegExp(`${MODULES}@duckdb\\/node-bindings\\/(package\\.json|LICENSE|duckdb\\.js)$`),
    new RegExp(
      `${MODULES}@duckdb\\/node-bindings-[\\w-]+\\/(package\\.json|LICENSE|duckdb\\.(node|dll)|libduckdb\\.(so|dylib))$`,
    ),
    new RegExp(`${MODULES}detect-libc\\/(package\\.json|LICENSE|lib\\/[\\w-]+\\.js)$`),
  ],
  needed: [
    exactly('extension/package.json'),
    exactly('extension/dist/package.json'),
    exactly('extension/dist/node_modules/@duckdb/node-api/lib/index.js'),
    exactly('extension/dist/node_modules/@duckdb/node-bindings/duckdb.js'),
    exactly('extension/dist/node_modules/detect-libc/lib/detect-libc.js'),
    /\/node-bindings-[\w-]+\/duckdb\.node$/,
    /\/node-bindings-[\w-]+\/(libduckdb\.(so|dylib)|duckdb\.dll)$/,
  ],
};

/** What is wrong with the packed extension: files that should not be there, or are missing, or weigh too much. */
export async function vsixProblems(vsix: string): Promise<string[]> {
  const { files, problems } = await look(vsix, extension);
  const hostBytes = files.get(HOST) ?? 0;
  if (hostBytes > MAX_HOST_BYTES) problems.push(`${HOST} has ${hostBytes} bytes, more than ${MAX_HOST_BYTES}`);
  return problems;
}

/** The same of the one that brings DuckDB along. */
export async function duckDbVsixProblems(vsix: string): Promise<string[]> {
  return (await look(vsix, duckdb)).problems;
}

async function look(vsix: string, rules: VsixRules): Promise<{ files: Map<string, number>; problems: string[] }> {
  const { stdout } = await promisify(execFile)('unzip', ['-l', vsix], { maxBuffer: 2 ** 24 });
  const rows = Array.from(
    stdout.matchAll(/^\s*(\d+)\s+\S+\s+\S+\s{3}(.+)$/gm),
    ([, bytes, name]) => [name!, Number(bytes)] as const,
  );
  const files = new Map(rows.filter(([name]) => !name.endsWith('/')));
  const names = [...files.keys()];
  const { size } = await stat(vsix);
  const problems = [
    ...names
      .filter((file) => !rules.allowed.some((pattern) => pattern.test(file)))
      .map((file) => `${file} should not be shipped`),
    ...rules.needed
      .filter((pattern) => !names.some((file) => pattern.test(file)))
      .map(({ source }) => `${source} is missing`),
    ...(size > rules.maxBytes ? [`it weighs ${(size / 1e6).toFixed(1)} MB, more than ${rules.maxBytes / 1e6}`] : []),
  ];
  return { files, problems };
}

function exactly(file: string): RegExp {
  return new RegExp(`^${file.replaceAll('.', '\\.')}$`);
}
