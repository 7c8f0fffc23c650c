import path from 'node:path';
import { plural } from '../../core/quantities.ts';
import type { TestCaseResult } from '../../protocol/transform-tests.ts';
import { findTarget } from './find-target.ts';
import { diagnosisList, paragraphs, placeText } from './markdown.ts';
import type { RunTool } from './tool.ts';

/** `parquetry_pipelines`. */
export const listPipelines: RunTool = async ({ studio, signal }) => {
  const { pipelines } = await studio.request('workspace.pipelines', {}, { signal });
  const lines = pipelines.map(({ name, folder, environments, transform, samples }) => {
    const parts = [
      `\`${folder}\``,
      environments.length > 0 ? `environments ${environments.join(', ')}` : 'no environments',
      transform ? `transform \`${path.relative(folder, transform)}\`` : 'no transform',
      samples.length > 0 ? plural(samples.length, 'sample file') : 'no samples',
    ];
    return `- **${name}**: ${parts.join('; ')}`;
  });
  const text = lines.join('\n') || 'The open folders have no pipeline.yaml. `parquetry init` makes a pipeline.';
  return { text, data: { pipelines } };
};

/** `parquetry_validate`. */
export const validate: RunTool = async (call) => {
  const { entry, ...target } = await findTarget(call);
  const { diagnoses } = await call.studio.request('language.check', target, { signal: call.signal });
  const errors = diagnoses.filter(({ severity }) => severity === 'error').length;
  const verdict = errors > 0 ? `${entry.name} has mistakes and does not run.` : `${entry.name} is valid.`;
  return {
    text: paragraphs(verdict, diagnosisList(diagnoses, target.folder)),
    data: { pipeline: entry.name, isValid: errors === 0, diagnoses },
  };
};

/** `parquetry_test`. */
export const runTests: RunTool = async (call) => {
  const { entry, ...target } = await findTarget(call);
  const { results } = await call.studio.request('tests.run', target, { signal: call.signal });
  const failed = results.filter(({ state }) => state === 'failed');
  const head = `${entry.name}: ${results.length - failed.length} of ${results.length} cases passed.`;
  return {
    text: paragraphs(head, ...failed.map((result) => failure(result, target.folder))),
    data: { pipeline: entry.name, passed: results.length - failed.length, results },
  };
};

function failure(result: TestCaseResult, folder: string): string {
  const { name, message, expected, actual } = result;
  const texts = expected === undefined ? [] : [`expected:\n\n${fenced(expected)}`, `got:\n\n${fenced(actual ?? '')}`];
  return paragraphs(`**${name}** (${placeText(result, folder)}) failed: ${message ?? ''}`, ...texts);
}

function fenced(yaml: string): string {
  return `\`\`\`yaml\n${yaml.trimEnd()}\n\`\`\``;
}
