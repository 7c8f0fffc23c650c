import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { Target } from '../../protocol/places.ts';
import { loadTarget } from '../load-target.ts';
import type { Workbench } from '../workbench.ts';

interface Loaded {
  readonly pipeline: CheckedPipeline;
  /** Of everything that it was read from. */
  readonly state: string;
}

/** As `loadTarget`, which takes a third of the time of a preview: while somebody edits the transform, the pipeline stays what it is. */
export class LoadedPipelines {
  readonly #workbench: Workbench;
  readonly #loaded = new Map<string, Loaded>();

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  async load({ folder, environment }: Target): Promise<CheckedPipeline> {
    const key = JSON.stringify([folder, environment]);
    const known = this.#loaded.get(key);
    if (known && (await this.#stateOf(known.pipeline)) === known.state) return known.pipeline;
    this.#loaded.delete(key);
    const pipeline = await loadTarget(this.#workbench, { folder, environment });
    this.#loaded.set(key, { pipeline, state: await this.#stateOf(pipeline) });
    return pipeline;
  }

  /** Its file, its schema files, and whether the modules it names are there. */
  async #stateOf({ file, folder, transform, input: { schemaFolder } }: CheckedPipeline): Promise<string> {
    const names = await readdir(schemaFolder).catch(() => []);
    const files = [file, ...names.map((name) => path.join(schemaFolder, name))];
    const modules = [transform, path.join(folder, 'transform.ts')];
    const states = [
      ...files.map((each) => this.#workbench.overlays.get(each) ?? stampOf(each)),
      ...modules.map(async (each) => each !== undefined && (await stampOf(each)) !== ''),
    ];
    return JSON.stringify(await Promise.all(states));
  }
}

async function stampOf(file: string): Promise<string> {
  const facts = await stat(file).catch(() => undefined);
  return facts === undefined ? '' : `${facts.mtimeMs}/${facts.size}/${facts.ino}`;
}
