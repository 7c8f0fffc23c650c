import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { ParquetryError } from '../core/errors.ts';
import type { ParquetMethods } from '../protocol/parquet.ts';
import type { HandlerContext, Handlers } from '../protocol/peer.ts';
import type { Target } from '../protocol/places.ts';
import { findDuckDb } from './parquet/duckdb.ts';
import type { FileSpec, ViewerMethods } from './parquet/viewer-methods.ts';
import { ViewerProcess } from './parquet/viewer-process.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Handles that are remembered: pages that are gone do not always say so. */
const MAX_HANDLES = 256;

/** Parquet files, read in a process of their own: see `parquet/parquet-process.ts`. */
export function createParquetService(workbench: Workbench): Service {
  const viewer = new ViewerProcess();
  const files = new Map<string, OpenFile>();

  function specOf(handle: string): FileSpec {
    const file = files.get(handle);
    if (file) {
      if (isObject(file.spec.place)) workbench.requireTrust();
      return { ...file.spec, duckdb: duckDbFolders(workbench, file.target) };
    }
    throw new ParquetryError('E_NOT_FOUND', `no file is open as ${handle}`, { hint: 'Open it again.' });
  }

  type Asked = Exclude<keyof ViewerMethods, `viewer.${string}`>;
  const forward =
    <Name extends Asked>(method: Name) =>
    async (
      asked: ParquetMethods[Name]['params'],
      context: HandlerContext<never>,
    ): Promise<ParquetMethods[Name]['result']> =>
      viewer.request(method, { file: specOf(asked.handle), asked } as ViewerMethods[Name]['params'], context);

  const handlers: Handlers<ParquetMethods> = {
    async 'parquet.open'({ uri, target }, context) {
      const handle = randomUUID();
      const spec = { handle, ...(await placeOf(workbench, uri, target)) };
      const { summary, version } = await viewer.request('viewer.open', { file: { ...spec, duckdb: [] } }, context);
      files.set(handle, { spec: { ...spec, version }, target });
      if (files.size > MAX_HANDLES) files.delete(files.keys().next().value!);
      return summary;
    },
    async 'parquet.close'({ handle }) {
      if (files.delete(handle)) await viewer.close(handle);
    },
    'parquet.rows': forward('parquet.rows'),
    'parquet.cell': forward('parquet.cell'),
    'parquet.insight': forward('parquet.insight'),
    'parquet.pages': forward('parquet.pages'),
    'parquet.duckdb': ({ handle }) => ({ isInstalled: findDuckDb(specOf(handle).duckdb) !== undefined }),
    'parquet.sql': forward('parquet.sql'),
    'parquet.export': (asked, context) =>
      forward('parquet.export')({ ...asked, file: workbench.within(asked.file) }, context as HandlerContext<never>),
  };
  return { handlers, close: () => viewer.end() };
}

/** As it was opened; where DuckDB is may change meanwhile. */
interface OpenFile {
  readonly spec: Omit<FileSpec, 'duckdb'>;
  readonly target?: Target;
}

async function placeOf(
  workbench: Workbench,
  uri: string,
  target: Target | undefined,
): Promise<Pick<FileSpec, 'place' | 'aws'>> {
  if (!isObject(uri)) return { place: workbench.within(uri), aws: {} };
  workbench.requireTrust();
  if (!target) return { place: uri, aws: {} };
  const { loadTarget } = await import('./load-target.ts');
  const { embeddedAwsOf } = await import('./embedded-aws.ts');
  const { settings } = await embeddedAwsOf(workbench).of(await loadTarget(workbench, target));
  return { place: uri, aws: settings };
}

function isObject(place: string): boolean {
  return place.startsWith('s3://');
}

/** What somebody named goes first, then what the shell brings along, then what the folders have. */
function duckDbFolders(workbench: Workbench, target: Target | undefined): string[] {
  return [process.env.PARQUETRY_DUCKDB, workbench.duckdb, ...trustedFolders(workbench, target)]
    .filter((folder) => folder !== undefined && folder !== '')
    .map((folder) => path.resolve(folder!));
}

/** A package in a folder is code of that folder. */
function trustedFolders(workbench: Workbench, target: Target | undefined): (string | undefined)[] {
  if (!workbench.isTrusted) return [];
  return [target && workbench.within(target.folder), ...workbench.roots];
}
