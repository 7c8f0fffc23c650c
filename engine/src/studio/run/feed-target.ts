import { ParquetryError } from '../../core/errors.ts';
import type { Target } from '../../protocol/places.ts';
import { embeddedAwsOf } from '../embedded-aws.ts';
import { loadTarget } from '../load-target.ts';
import { sampleLines } from '../samples/sample-lines.ts';
import type { Workbench } from '../workbench.ts';
import { feedAtPace, openFeed, type Pace } from './feed.ts';

/** Feeds the samples of a pipeline to its queue on the embedded AWS. E_CONFIG for any other: real queues have producers. */
export async function feedTarget(workbench: Workbench, target: Target, pace: Pace): Promise<number> {
  const pipeline = await loadTarget(workbench, target);
  const { embeddedEndpoint } = await embeddedAwsOf(workbench).of(pipeline);
  if (embeddedEndpoint === undefined) {
    throw new ParquetryError('E_CONFIG', 'only the embedded AWS is fed, and this pipeline is on another one', {
      hint: 'Choose an environment with `aws: embedded`.',
    });
  }
  const lines = await sampleLines(pipeline.folder);
  if (lines.length === 0) {
    throw new ParquetryError('E_NOT_FOUND', `${pipeline.name} has no samples to feed`, {
      hint: 'Put an NDJSON file into samples/, or take samples from a queue.',
    });
  }
  using feed = await openFeed(pipeline, embeddedEndpoint);
  return await feedAtPace(feed, lines, pace);
}
