import { existsSync } from 'node:fs';
import path from 'node:path';
import type { PipelinePlan } from './checked-pipeline.ts';
import { type Located, originAt, type Path } from './located.ts';
import { errorAt, type Problem, warningAt } from './problems.ts';

/** Modules that the pipeline names and that are not there; and a transform that is there and that nobody names. */
export function findMissingFiles(plan: PipelinePlan, root: Located): Problem[] {
  const missing = modulesOf(plan)
    .filter(({ file }) => !existsSync(file))
    .map(({ file, at }) => errorAt(originAt(root, at), `there is no file ${file}`));
  return [...missing, ...unusedTransform(plan, root)];
}

function modulesOf(plan: PipelinePlan): { file: string; at: Path }[] {
  const { source, sinks, transform } = plan;
  return [
    ...('module' in source ? [{ file: source.module, at: ['source', 'module'] }] : []),
    ...(transform === undefined ? [] : [{ file: transform, at: ['transform'] }]),
    ...sinks.flatMap(({ sink, encoder }, index) => [
      ...('module' in sink ? [{ file: sink.module, at: ['sinks', index, 'module'] }] : []),
      ...('module' in encoder ? [{ file: encoder.module, at: encoderPath(sink, index) }] : []),
    ]),
  ];
}

function encoderPath(sink: PipelinePlan['sinks'][0]['sink'], index: number): Path {
  return 'type' in sink ? ['sinks', index, sink.type, 'encoder', 'module'] : ['sinks', index, 'encoder', 'module'];
}

function unusedTransform(plan: PipelinePlan, root: Located): Problem[] {
  if (plan.transform !== undefined || !existsSync(path.join(plan.folder, 'transform.ts'))) return [];
  const hint = 'Add `transform: ./transform.ts`, or rename the file.';
  const message = 'the folder has a transform.ts that the pipeline does not use';
  return [warningAt(originAt(root, []), message, hint, { kind: 'missing-key', path: ['transform'] })];
}
