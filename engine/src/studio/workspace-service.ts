import { isUtf8 } from 'node:buffer';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../core/errors.ts';
import { packageVersion } from '../core/version.ts';
import type { PipelineEntry } from '../protocol/workspace.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

const PIPELINE_FILE = /^pipeline\.ya?ml$/;
/** Folders that hold no pipelines of the user's. */
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'out', '.parquetry']);
const MAX_DEPTH = 6;
/** Of the files of one pipeline that a tree shows. */
const MAX_FILE_DEPTH = 4;
const MAX_FILES = 500;

/** Which pipelines there are, and texts of their files. */
export function createWorkspaceService(workbench: Workbench): Service {
  return {
    handlers: {
      async 'workspace.open'({ roots, trusted, duckdb }) {
        workbench.open(roots, trusted);
        workbench.duckdb = duckdb;
        return { version: packageVersion(), node: process.versions.node };
      },
      async 'workspace.pipelines'() {
        const files = await Promise.all(workbench.roots.map((root) => findPipelineFiles(root, MAX_DEPTH)));
        return { pipelines: await Promise.all(files.flat().map((file) => entryOf(file, workbench))) };
      },
      'workspace.overlay'({ file, text }) {
        workbench.overlay(file, text);
      },
      async 'workspace.read'({ file }) {
        const absolute = workbench.within(file);
        const overlay = workbench.overlays.get(absolute);
        const saved = await diskText(absolute);
        if (overlay === undefined && saved === undefined) {
          throw new ParquetryError('E_NOT_FOUND', `there is no file ${file} any more`);
        }
        const text = overlay ?? saved!;
        return saved === text ? { text } : { text, saved: saved ?? '' };
      },
      async 'workspace.write'({ file, text, was }) {
        const absolute = workbench.within(file);
        // Also where it is to be written over: whoever opened a text never saw the bytes that are there now.
        const saved = await diskText(absolute);
        if (was !== undefined && (saved ?? '') !== was) throw conflict(file);
        if (!text.isWellFormed()) throw noText(file);
        await writeFile(absolute, text);
        workbench.overlay(absolute, null);
      },
      async 'workspace.files'({ folder }) {
        return { files: (await filesIn(workbench.within(folder), MAX_FILE_DEPTH)).slice(0, MAX_FILES) };
      },
    },
  };
}

/** Undefined where there is no file. Throws E_CONFIG for what is no text: saved again, it would not be what it was. */
async function diskText(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  if (!isUtf8(bytes) || bytes.includes(0)) throw noText(file);
  return bytes.toString('utf8');
}

function noText(file: string): ParquetryError {
  return new ParquetryError('E_CONFIG', `${path.basename(file)} is no text in UTF-8, so it is not edited here`, {
    hint: 'Samples that are packed or Parquet are read as they are; the page Samples lists them.',
  });
}

function conflict(file: string): ParquetryError {
  return new ParquetryError('E_CONFLICT', `${path.basename(file)} was changed on disk since it was opened here`, {
    hint: 'Write over it, or reload it to have what is on disk.',
  });
}

/** Folders last, as trees show them below their files. */
async function filesIn(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const shown = entries.filter(({ name }) => !name.startsWith('.') && !SKIPPED.has(name));
  const pathsOf = (isWanted: (entry: (typeof shown)[number]) => boolean) =>
    shown
      .filter(isWanted)
      .map(({ name }) => path.join(folder, name))
      .sort();
  const files = pathsOf((entry) => entry.isFile());
  if (depth === 0) return files;
  const folders = pathsOf((entry) => entry.isDirectory());
  return [...files, ...(await Promise.all(folders.map((below) => filesIn(below, depth - 1)))).flat()];
}

async function findPipelineFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const file = entries.find((entry) => entry.isFile() && PIPELINE_FILE.test(entry.name));
  const own = file ? [path.join(folder, file.name)] : [];
  if (depth === 0) return own;
  const folders = entries.filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name));
  const below = await Promise.all(folders.map(({ name }) => findPipelineFiles(path.join(folder, name), depth - 1)));
  return [...own, ...below.flat()].sort();
}

/** A file with mistakes is a pipeline, too: who opens it wants to see them. */
export async function entryOf(file: string, workbench: Workbench): Promise<PipelineEntry> {
  const { parseYaml } = await import('../pipeline/positions.ts');
  const { splitEnvironments } = await import('../pipeline/environments.ts');
  const { toPlain } = await import('../pipeline/plain.ts');
  const folder = path.dirname(file);
  const { root } = parseYaml(await workbench.read(file), file);
  const plain = root === undefined ? {} : ((toPlain(root) ?? {}) as Record<string, unknown>);
  const { name, transform } = plain;
  return {
    folder,
    file,
    name: typeof name === 'string' && name !== '' ? name : path.basename(folder),
    environments: root === undefined ? [] : [...splitEnvironments(root).byName.keys()],
    transform: typeof transform === 'string' ? path.resolve(folder, transform) : undefined,
    samples: await samplesIn(path.join(folder, 'samples')),
  };
}

async function samplesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => path.join(folder, name));
}
