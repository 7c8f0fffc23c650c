import { rm } from 'node:fs/promises';
import type { AwsSettings } from '../core/component.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { embeddedSettings, provision } from './cloud/provision.ts';
import { makeOwnedFolder } from './owned-folder.ts';
import type { Workbench } from './workbench.ts';

/** Where AWS is for a pipeline. */
export interface PipelineAws {
  readonly settings: AwsSettings;
  /** Set with `aws: embedded`. */
  readonly embeddedEndpoint?: string;
}

interface Running {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * The embedded AWS of a studio: one for all its pipelines, started by the first that asks for it. Queues, messages and objects stay
 * until the studio ends, so that a run, a preview and a look at a written file see the same. PARQUETRY_EMBEDDED_ENDPOINT names
 * another one that runs already.
 */
export class EmbeddedAws {
  #running: Promise<Running> | undefined;

  /** The AWS of a pipeline; on the embedded one its queues and buckets are there afterwards. */
  async of(pipeline: CheckedPipeline): Promise<PipelineAws> {
    if (pipeline.aws !== 'embedded') return { settings: pipeline.aws };
    this.#running ??= start();
    this.#running.catch(() => {
      this.#running = undefined; // the next one tries anew
    });
    const { endpoint } = await this.#running;
    await provision(pipeline, endpoint);
    return { settings: embeddedSettings(endpoint), embeddedEndpoint: endpoint };
  }

  async close(): Promise<void> {
    const running = await this.#running?.catch(() => undefined);
    this.#running = undefined;
    await running?.stop();
  }
}

const holders = new WeakMap<Workbench, EmbeddedAws>();

/** The one embedded AWS of a studio; whoever serves runs closes it. */
export function embeddedAwsOf(workbench: Workbench): EmbeddedAws {
  const holder = holders.get(workbench) ?? new EmbeddedAws();
  holders.set(workbench, holder);
  return holder;
}

/** Objects lie in a folder for temporary files: they would fill the memory of this process. */
async function start(): Promise<Running> {
  const endpoint = process.env.PARQUETRY_EMBEDDED_ENDPOINT;
  if (endpoint) return { endpoint, stop: async () => undefined };
  const { startEmulatorThread } = await import('../emulator/thread.ts');
  const folder = await makeOwnedFolder('s3');
  const thread = await startEmulatorThread({ port: 0, folder });
  return {
    endpoint: thread.endpoint,
    async stop() {
      await thread.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
