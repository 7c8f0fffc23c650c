import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { Schema } from '../core/schema.ts';
import type { CheckedPipeline, PipelinePlan } from './checked-pipeline.ts';
import { type ComponentSet, loadComponents } from './components.ts';
import { selectEnvironment, splitEnvironments } from './environments.ts';
import { problemsOfError } from './error-problems.ts';
import { findHazards } from './hazards.ts';
import type { Variables } from './interpolate.ts';
import { fileJsonSchema, propertyNames } from './json-schema.ts';
import { type Located, originAt, type Path } from './located.ts';
import { findMissingFiles } from './missing-files.ts';
import { checkOtherEnvironments } from './other-environments.ts';
import { applySettings, parseSetting, settingsFromVariables } from './overrides.ts';
import { planPipeline } from './plan.ts';
import { parseYaml } from './positions.ts';
import { hasErrors, type Problem, problemsError, sortProblems } from './problems.ts';
import { readInputSchema } from './schema-files.ts';
import { validateTree } from './validate-tree.ts';

export interface LoadOptions {
  /** Environment of the file; default: the variable PARQUETRY_ENV, else none. */
  readonly env?: string;
  /** `path=value` texts of `--set`, in order. */
  readonly set?: readonly string[];
  /** Environment variables; default: none, so that nothing comes in unseen. */
  readonly variables?: Variables;
  /** Texts of schema files that an editor has not saved yet, by absolute path. */
  readonly texts?: ReadonlyMap<string, string>;
  /** Components to check against; default: the built-in ones. */
  readonly components?: ComponentSet;
}

/** What reading a pipeline came to. `pipeline` is absent exactly when a problem is an error. */
export interface PipelineReading {
  readonly file: string;
  readonly pipeline?: CheckedPipeline;
  /** All mistakes and warnings, in the order of the file. */
  readonly problems: readonly Problem[];
  /** Where the value at a path was written; for what later checks find. */
  originAt(path: Path): Problem['origin'];
}

/** Loads a pipeline that must be right: rejects with one E_CONFIG error that carries every problem in `details.problems`. */
export async function loadPipeline(folderOrFile: string, options: LoadOptions = {}): Promise<CheckedPipeline> {
  const { pipeline, problems } = await readPipeline(folderOrFile, options);
  if (!pipeline) throw problemsError(problems);
  return pipeline;
}

/** Reads a pipeline with everything that is wrong in it. Rejects only if there is no such file, or it cannot be read. */
export async function readPipeline(folderOrFile: string, options: LoadOptions = {}): Promise<PipelineReading> {
  const file = findPipelineFile(folderOrFile);
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new ParquetryError('E_ACCESS', `${file} cannot be read: ${cause.message}`, { cause });
  });
  return readPipelineText(text, file, options);
}

/** As `readPipeline`, of a text that may not be saved yet (an editor's buffer). `file` is its absolute path. */
export async function readPipelineText(
  text: string,
  file: string,
  options: LoadOptions = {},
): Promise<PipelineReading> {
  const components = options.components ?? (await loadComponents());
  const variables = options.variables ?? {};
  // Container platforms set variables to nothing rather than leave them out.
  const environment = options.env ?? (variables.PARQUETRY_ENV || undefined);
  const tree = parseYaml(text, file);
  const environments = splitEnvironments(tree.root ?? emptyTree(file));
  const selected = selectEnvironment(environments, environment);
  const settled = withSettings(selected.root, options.set ?? [], variables, components);
  const problems = [...tree.problems, ...environments.problems, ...selected.problems, ...settled.problems];
  // After a syntax error the rest of the tree is a guess, and so would be what is wrong in it.
  if (hasErrors(tree.problems)) return reading(file, settled.root, problems);

  const { root, config, problems: mistakes } = validateTree(settled.root, components, variables);
  problems.push(...mistakes, ...checkOtherEnvironments(environments, environment, components, variables));
  if (!config || hasErrors(problems)) return reading(file, root, problems);

  const input = await readSchema(
    path.resolve(path.dirname(file), config.input.schema),
    originAt(root, ['input', 'schema']),
    options.texts,
  );
  const plan = planPipeline(config, { file, environment, components, inputSchema: input.schema });
  problems.push(...input.problems, ...findMissingFiles(plan, root), ...findHazards(plan, root));
  return reading(file, root, problems, plan);
}

function reading(file: string, root: Located, found: readonly Problem[], plan?: PipelinePlan): PipelineReading {
  const problems = sortProblems(found);
  const pipeline = plan && !hasErrors(problems) ? { ...plan, warnings: problems } : undefined;
  return { file, pipeline, problems, originAt: (at) => originAt(root, at) };
}

/** `pipeline.yaml` of a folder, or the file itself; absolute. */
export function findPipelineFile(folderOrFile: string): string {
  const given = path.resolve(folderOrFile);
  const isFolder = statSync(given, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const candidates = isFolder ? [path.join(given, 'pipeline.yaml'), path.join(given, 'pipeline.yml')] : [given];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found) return found;
  const subject = isFolder ? `the folder ${given} has no pipeline.yaml` : `there is no pipeline at ${given}`;
  throw new ParquetryError('E_NOT_FOUND', subject, {
    hint: 'Name the folder of a pipeline, or make one with `parquetry init`.',
  });
}

function withSettings(root: Located, set: readonly string[], variables: Variables, components: ComponentSet) {
  const options = set.map(parseSetting);
  const vocabulary = propertyNames(fileJsonSchema(components));
  const settings = [
    ...settingsFromVariables(variables, vocabulary),
    ...options.flatMap(({ setting }) => setting ?? []),
  ];
  const applied = applySettings(root, settings);
  return { root: applied.root, problems: [...options.flatMap(({ problem }) => problem ?? []), ...applied.problems] };
}

async function readSchema(
  folder: string,
  origin: Problem['origin'],
  texts: LoadOptions['texts'],
): Promise<{ schema: Schema; problems: readonly Problem[] }> {
  try {
    return { schema: await readInputSchema(folder, texts), problems: [] };
  } catch (thrown) {
    return { schema: { fields: [] }, problems: problemsOfError(asParquetryError(thrown), origin) };
  }
}

function emptyTree(file: string): Located {
  return { kind: 'scalar', value: null, origin: { file, line: 1, column: 1, length: 1, text: '' } };
}
