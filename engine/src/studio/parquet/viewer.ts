import type { HandlerContext, Handlers } from '../../protocol/peer.ts';
import { OpenedFile } from './opened-file.ts';
import type { FileSpec, ViewerMethods } from './viewer-methods.ts';

/** Files that are open at a time; one that is not is opened again when it is asked for. */
const OPEN_FILES = 16;

/** The files that a viewer's process holds, by handle, the one used last at the end. */
class OpenFiles {
  readonly #files = new Map<string, Promise<OpenedFile>>();

  of(spec: FileSpec): Promise<OpenedFile> {
    const { handle } = spec;
    const file = this.#files.get(handle) ?? OpenedFile.open(spec);
    file.catch(() => this.#files.delete(handle));
    this.#files.delete(handle);
    this.#files.set(handle, file);
    if (this.#files.size > OPEN_FILES) void this.close(this.#files.keys().next().value!);
    return file;
  }

  async close(handle: string): Promise<void> {
    const file = this.#files.get(handle);
    this.#files.delete(handle);
    await (await file?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }
}

/** What a viewer's process answers. */
export function viewerHandlers(): Handlers<ViewerMethods> {
  const files = new OpenFiles();
  return {
    async 'viewer.open'({ file: spec }) {
      const { summaryOf } = await import('./summary.ts');
      const file = await files.of(spec);
      return { summary: summaryOf(file), version: file.bytes.version };
    },
    'viewer.ping': () => undefined,
    'viewer.close': ({ handle }) => files.close(handle),
    async 'parquet.rows'({ file, asked }, context) {
      const { rowsPage } = await import('./rows.ts');
      return rowsPage(await files.of(file), asked, { ...context, show: seldom(context) });
    },
    async 'parquet.cell'({ file, asked }) {
      const { wholeCell } = await import('./cell.ts');
      return wholeCell(await files.of(file), asked);
    },
    async 'parquet.insight'({ file, asked }, { signal }) {
      const { columnInsight } = await import('./insight.ts');
      return columnInsight(await files.of(file), asked.column, signal);
    },
    async 'parquet.pages'({ file, asked }) {
      const { chunkPages } = await import('./chunk-page-list.ts');
      return chunkPages(await files.of(file), asked);
    },
    async 'parquet.sql'({ file, asked }, { signal }) {
      const { queryFile } = await import('./sql.ts');
      return queryFile(await files.of(file), { ...asked, signal, duckdb: file.duckdb });
    },
    async 'parquet.export'({ file, asked }, context) {
      const { exportRows } = await import('./export.ts');
      return exportRows(await files.of(file), asked, { ...context, show: seldom(context), duckdb: file.duckdb });
    },
  };
}

const SNAPSHOT_EVERY_MS = 250;

/** Shows at most four snapshots a second; those in between are not missed. */
function seldom<Snapshot>({ show }: HandlerContext<Snapshot>): (snapshot: Snapshot) => void {
  let lastMs = performance.now();
  return (snapshot) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < SNAPSHOT_EVERY_MS) return;
    lastMs = nowMs;
    show(snapshot);
  };
}
