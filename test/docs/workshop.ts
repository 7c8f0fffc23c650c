import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { checkPipeline } from '../../engine/src/pipeline/check.ts';
import { readPipelineText } from '../../engine/src/pipeline/file.ts';
import { readInputSchema } from '../../engine/src/pipeline/schema-files.ts';
import { writePipelineTypes } from '../../engine/src/pipeline/types-file.ts';
import { compileTransform } from '../../engine/src/transforms/compile.ts';
import { describeTransform } from '../../engine/src/transforms/describe.ts';
import { runCommand } from './session.ts';
import { root } from './snippets.ts';

/** The pipeline whose folder the snippets of a page live in. */
const PIPELINE = 'clicks';

/** A folder in which a page is followed step by step. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
  /** Makes the pipeline that pages talk of, as `parquetry init clicks` does. */
  init(): Promise<void>;
  write(file: string, text: string): Promise<void>;
  /** What is wrong with a pipeline file, or with a part of one laid over that of the pipeline. */
  pipelineProblems(yaml: string): Promise<string[]>;
  /** Compiles and loads a module as the pipeline's transform; the names of its columns. Rejects with what is wrong. */
  transformFields(name: string, code: string): Promise<string[]>;
  /** What the compiler says of all transforms so far. */
  typeErrors(): Promise<string>;
  /** What the compiler says of a program that uses the library. */
  programErrors(code: string): Promise<string>;
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-docs-'));
  const home = path.join(folder, PIPELINE);
  const write = async (file: string, text: string) => {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, `${text}\n`);
  };
  return {
    folder,
    write,
    init: async () => void (await runCommand(`parquetry init ${PIPELINE}`, folder)),
    pipelineProblems: (yaml) => problemsOfPipeline(yaml, home),
    transformFields: async (name, code) => {
      await write(path.join(PIPELINE, name), code);
      const { output } = await describeTransform(await compileTransform(path.join(home, name)));
      return output.fields.map((field) => field.name);
    },
    typeErrors: () => typeErrors(home),
    programErrors: async (code) => {
      await write('program/main.ts', code);
      return programErrors(path.join(folder, 'program'));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function problemsOfPipeline(yaml: string, home: string): Promise<string[]> {
  const part = parse(yaml) as Record<string, unknown>;
  const base = {
    name: PIPELINE,
    source: { sqs: { queue: PIPELINE } },
    transform: './transform.ts',
    sinks: [{ s3: { bucket: 'lake', prefix: PIPELINE } }],
  };
  const text = 'name' in part ? yaml : stringify({ ...base, ...part });
  // A page need not say what its variables hold; defaults are left to themselves.
  const names = Array.from(yaml.matchAll(/\$\{env:(\w+)\}/g), ([, name]) => [name!, 'value'] as const);
  const options = { variables: Object.fromEntries(names) };
  const { problems, pipeline } = await readPipelineText(text, path.join(home, 'pipeline.yaml'), options);
  const together = pipeline ? (await checkPipeline(pipeline)).problems : [];
  return [...problems, ...together].filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

async function typeErrors(home: string): Promise<string> {
  await writePipelineTypes(home, await readInputSchema(path.join(home, 'schema')), { rest: false });
  await symlink(path.join(root, 'node_modules'), path.join(home, 'node_modules'), 'junction');
  return compile(home);
}

/** `parquetry` is the engine's source here: its declarations may not be built. */
async function programErrors(folder: string): Promise<string> {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'preserve',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    typeRoots: [path.join(root, 'node_modules', '@types')],
    paths: { parquetry: [path.join(root, 'engine', 'src', 'index.ts')] },
  };
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  return compile(folder);
}

function compile(folder: string): Promise<string> {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return promisify(execFile)(process.execPath, [tsc, '-p', folder, '--types', 'node'], { cwd: folder }).then(
    () => '',
    (failure: { stdout: string }) => failure.stdout,
  );
}
