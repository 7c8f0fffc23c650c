import path from 'node:path';
import { closest } from '../../core/closest.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Target } from '../../protocol/places.ts';
import type { PipelineEntry } from '../../protocol/workspace.ts';
import type { ToolCall } from './tool.ts';

/** The pipeline that an input names by name or folder; the only one, where it names none. Throws E_NOT_FOUND, listing those there are. */
export async function findTarget(call: ToolCall): Promise<Target & { readonly entry: PipelineEntry }> {
  const { pipeline, environment } = call.input as { pipeline?: string; environment?: string };
  const { pipelines } = await call.studio.request('workspace.pipelines', {}, { signal: call.signal });
  const entry = pipeline === undefined ? onlyOne(pipelines) : named(pipelines, pipeline);
  return { folder: entry.folder, entry, ...(environment !== undefined && { environment }) };
}

function onlyOne(pipelines: readonly PipelineEntry[]): PipelineEntry {
  const [first, ...others] = pipelines;
  if (first && others.length === 0) return first;
  if (!first) {
    throw new ParquetryError('E_NOT_FOUND', 'the open folders have no pipeline.yaml', {
      hint: '`parquetry init` makes a pipeline.',
    });
  }
  throw new ParquetryError('E_CONFIG', 'there are several pipelines: say which by `pipeline`', {
    hint: listed(pipelines),
  });
}

function named(pipelines: readonly PipelineEntry[], given: string): PipelineEntry {
  const wanted = given.replace(/[\\/]+$/, '').replace(/[\\/]?pipeline\.ya?ml$/, '');
  const fits = ({ name, folder }: PipelineEntry) => {
    return name === wanted || folder === wanted || folder.endsWith(path.sep + path.normalize(wanted));
  };
  const found = pipelines.filter(fits);
  if (found.length === 1) return found[0]!;
  const near = closest(
    given,
    pipelines.map(({ name }) => name),
  );
  const rule = found.length > 1 ? 'means several pipelines: say its folder' : 'is no pipeline of the open folders';
  throw new ParquetryError('E_NOT_FOUND', `${JSON.stringify(given)} ${rule}`, {
    hint: near ? `Did you mean ${near}?` : listed(pipelines),
  });
}

function listed(pipelines: readonly PipelineEntry[]): string {
  return `There are: ${pipelines.map(({ name, folder }) => `${name} (${folder})`).join(', ') || 'none'}.`;
}
