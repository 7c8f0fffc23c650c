import type { AwsSettings } from '../core/component.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { CliContext } from './context.ts';

/** Where AWS is for a command that looks at a pipeline. */
export interface PipelineAws extends AsyncDisposable {
  readonly settings: AwsSettings;
  /** Set with `aws: embedded`. */
  readonly embeddedEndpoint?: string;
  /** Its queues live as long as this command: nobody else receives from them. */
  readonly isPrivate: boolean;
}

/** The AWS of a pipeline; an embedded one is started, or found by PARQUETRY_EMBEDDED_ENDPOINT. */
export async function openAws(pipeline: CheckedPipeline, context: CliContext): Promise<PipelineAws> {
  if (pipeline.aws !== 'embedded') {
    return { settings: pipeline.aws, isPrivate: false, [Symbol.asyncDispose]: async () => {} };
  }
  const { embeddedSettings } = await import('../studio/cloud/provision.ts');
  const { startEmbedded } = await import('./embedded.ts');
  const embedded = await startEmbedded(pipeline, context.env);
  return {
    settings: embeddedSettings(embedded.endpoint),
    embeddedEndpoint: embedded.endpoint,
    isPrivate: embedded.objects !== undefined,
    [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
  };
}
