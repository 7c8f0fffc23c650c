import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { PageRoute } from '../../../engine/src/protocol/shell.ts';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import { isSilent } from '../hooks/use-request.ts';
import type { StudioLink } from '../studio-link.ts';
import { folderOf, hashOf, type Place, placeOf } from './location.ts';
import { isBelow } from './paths.ts';

/** What lies on the shell's desk: a page, the file beside it, and the pipelines to choose from. The address says which. */
export interface Desk {
  readonly place: ReadonlySignal<Place>;
  /** Undefined until the engine has said. */
  readonly pipelines: ReadonlySignal<readonly PipelineEntry[] | undefined>;
  /** The pipeline that the page is about, or else the file. */
  readonly pipeline: ReadonlySignal<PipelineEntry | undefined>;
  /** What the pipeline's folder holds. */
  readonly files: ReadonlySignal<readonly string[]>;
  /** Shows a page, or a file beside it, as a step to go back from. */
  go(to: Partial<Place>): void;
  /** The same, without a step. */
  stay(at: Partial<Place>): void;
  /** Asks for pipelines and files anew; rejects where they cannot be listed. */
  refresh(): Promise<void>;
  /** The same for nobody in particular: why it failed is the `problem`. */
  look(): void;
  /** Why pipelines and files could not be listed last. That the engine is gone is told elsewhere. */
  readonly problem: ReadonlySignal<unknown>;
}

export function createDesk(link: StudioLink): Desk {
  const place = signal(placeOf(location.hash));
  const pipelines = signal<readonly PipelineEntry[] | undefined>(undefined);
  const files = signal<readonly string[]>([]);
  const problem = signal<unknown>(undefined);
  let lastFolder: string | undefined;
  const pipeline = computed(() => {
    const all = pipelines.value ?? [];
    // A run or a file belongs to the pipeline that it was opened from.
    const found = pipelineOf(place.value, all) ?? all.find(({ folder }) => folder === lastFolder);
    lastFolder = found?.folder;
    return found;
  });
  addEventListener('hashchange', () => {
    place.value = placeOf(location.hash);
    look();
  });
  addEventListener('focus', look);

  async function refresh(): Promise<void> {
    pipelines.value = (await link.peer.value.request('workspace.pipelines', {})).pipelines;
    await listFiles();
  }

  async function listFiles(): Promise<void> {
    const folder = pipeline.value?.folder;
    const found = folder === undefined ? [] : (await link.peer.value.request('workspace.files', { folder })).files;
    if (folder === pipeline.value?.folder) files.value = found;
  }

  function change(to: Partial<Place>, write: (hash: string) => void): void {
    place.value = { ...place.value, ...to };
    write(hashOf(place.value));
    look();
  }

  /** What a page did may have made files, or a pipeline. */
  function look(): void {
    refresh().then(
      () => {
        problem.value = undefined;
      },
      (error: unknown) => {
        if (!isSilent(error)) problem.value = error;
      },
    );
  }

  return {
    place,
    pipelines,
    pipeline,
    files,
    go: (to) => change(to, (hash) => history.pushState(null, '', hash)),
    stay: (at) => change(at, (hash) => history.replaceState(null, '', hash)),
    refresh,
    look,
    problem,
  };
}

/** The route of a pipeline's page in its environment for trying: `local` where there is one, for it costs nothing. */
export function previewOf({ folder, environments }: PipelineEntry): PageRoute {
  return { page: 'preview', folder, environment: environments.find((name) => name === 'local') };
}

function pipelineOf({ route, file }: Place, pipelines: readonly PipelineEntry[]): PipelineEntry | undefined {
  const folder = folderOf(route);
  const holds = (entry: PipelineEntry) => folder === undefined && file !== undefined && isBelow(file, entry.folder);
  return pipelines.find((entry) => entry.folder === folder) ?? pipelines.find(holds);
}
