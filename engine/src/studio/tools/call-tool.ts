import { ParquetryError } from '../../core/errors.ts';
import type { Peer } from '../../protocol/peer.ts';
import type { StudioMethods } from '../../protocol/studio-methods.ts';
import { type ToolAnswer, toolDefinitions } from '../../protocol/tools.ts';
import { listPipelines, runTests, validate } from './inspect-tools.ts';
import { plan, profile } from './measure-tools.ts';
import { preview } from './preview-tool.ts';
import { setValue } from './set-tool.ts';
import type { RunTool, ToolCall } from './tool.ts';
import { parseToolInput } from './tool-input.ts';

/** What runs each of the tools. */
export const toolRuns: Readonly<Record<string, RunTool>> = {
  parquetry_pipelines: listPipelines,
  parquetry_validate: validate,
  parquetry_preview: preview,
  parquetry_test: runTests,
  parquetry_profile: profile,
  parquetry_plan: plan,
  parquetry_set: setValue,
};

/** Calls a tool by name. Throws E_NOT_FOUND if there is none, E_CONFIG if the input does not follow its schema. */
export async function callTool(
  studio: Peer<StudioMethods>,
  { name, input }: { readonly name: string; readonly input: unknown },
  context: Pick<ToolCall, 'signal' | 'show'>,
): Promise<ToolAnswer> {
  const definition = toolDefinitions.find((tool) => tool.name === name);
  const run = Object.hasOwn(toolRuns, name) ? toolRuns[name] : undefined;
  if (!definition || !run) throw new ParquetryError('E_NOT_FOUND', `there is no tool ${JSON.stringify(name)}`);
  return run({ studio, input: parseToolInput(definition, input), signal: context.signal, show: context.show });
}
