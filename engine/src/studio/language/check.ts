import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import type { Field } from '../../core/schema.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { PipelineReading } from '../../pipeline/file.ts';
import type { Problem } from '../../pipeline/problems.ts';
import type { Diagnosis, Fix, Target } from '../../protocol/places.ts';
import { markedEdits } from '../../protocol/text-mark.ts';
import type { UnknownField } from '../../transforms/unknown-fields.ts';
import type { Workbench } from '../workbench.ts';
import type { Descriptions } from './descriptions.ts';
import { diagnosisOf } from './diagnosis.ts';

/** What a check of a pipeline came to. */
export interface FolderCheck {
  readonly diagnoses: readonly Diagnosis[];
  /** Absent where something stands in the way of knowing it. */
  readonly output?: KnownOutput;
}

/** What leaves a pipeline's transform, as its code declared when it was run last. */
export interface KnownOutput {
  readonly fields: readonly Field[];
  readonly hasPrefetch: boolean;
}

/**
 * Everything that is wrong with a pipeline, as its files stand in the editor: what `parquetry validate` says, fields that no
 * schema has, and mistakes in test files. In a workspace that is not trusted none of the user's code is run, so that what
 * depends on the declared output is left out. Rejects if there is no such pipeline. `descriptions` remembers what transforms declare
 * from one check to the next; without it the transform is loaded each time.
 */
export async function checkFolder(
  workbench: Workbench,
  { folder, environment }: Target,
  descriptions?: Descriptions,
): Promise<FolderCheck> {
  const { findPipelineFile, readPipelineText } = await import('../../pipeline/file.ts');
  const { loadComponents } = await import('../../pipeline/components.ts');
  const file = findPipelineFile(workbench.within(folder));
  const text = await workbench.read(file);
  const components = await loadComponents();
  // Who asks says which environment is meant, or that none is.
  const variables = { ...process.env, PARQUETRY_ENV: undefined };
  const reading = await readPipelineText(text, file, {
    env: environment,
    variables,
    components,
    texts: workbench.overlays,
  });
  const { problems, unknown, output } = await checkCode(workbench, reading, descriptions);
  const tests = await testProblems(workbench, folder);
  const { sortProblems } = await import('../../pipeline/problems.ts');
  const { fixesOf } = await import('./fixes.ts');
  const found = sortProblems([...reading.problems, ...problems, ...tests]);
  const diagnoses = found.map((problem) => diagnosisOf(problem, fixesOf(problem, { file, text, components })));
  const fields = await Promise.all(unknown.map((field) => unknownFieldDiagnosis(workbench, field)));
  return { diagnoses: [...diagnoses, ...fields], output };
}

interface CodeCheck {
  readonly problems: readonly Problem[];
  readonly unknown: readonly UnknownField[];
  readonly output?: KnownOutput;
}

async function checkCode(
  workbench: Workbench,
  { pipeline, originAt }: PipelineReading,
  descriptions: Descriptions | undefined,
): Promise<CodeCheck> {
  if (pipeline === undefined) return { problems: [], unknown: [] };
  const { checkCompiles, checkPipeline } = await import('../../pipeline/check.ts');
  try {
    if (!workbench.isTrusted) {
      return { problems: await checkCompiles(pipeline, originAt, workbench.overlays), unknown: [] };
    }
    const options = { texts: workbench.overlays, describe: descriptions?.of.bind(descriptions) };
    const { problems, compiled, output, hasPrefetch } = await checkPipeline(pipeline, originAt, options);
    const { findUnknownFields } = await import('../../transforms/unknown-fields.ts');
    const unknown = compiled ? findUnknownFields(compiled, inputFields(pipeline), output.fields) : [];
    return { problems, unknown, output: { fields: output.fields, hasPrefetch } };
  } catch (thrown) {
    const { problemsOfError } = await import('../../pipeline/error-problems.ts');
    return { problems: problemsOfError(asParquetryError(thrown), originAt(['transform'])), unknown: [] };
  }
}

function inputFields({ input }: CheckedPipeline): readonly Field[] {
  const rest: Field[] = input.rest ? [{ name: '_rest', type: { kind: 'json' }, optional: true }] : [];
  return [...input.schema.fields, ...rest];
}

async function testProblems(workbench: Workbench, folder: string): Promise<readonly Problem[]> {
  const { findTestFiles } = await import('../../pipeline/transform-test.ts');
  const { parseTestFile } = await import('../../pipeline/transform-test/test-file.ts');
  const { problemsOfError } = await import('../../pipeline/error-problems.ts');
  const files = await findTestFiles(folder).catch(() => []);
  const found = files.map(async (file) => {
    try {
      parseTestFile(await workbench.read(file), file);
      return [];
    } catch (thrown) {
      return thrown instanceof ParquetryError ? problemsOfError(thrown) : [];
    }
  });
  return (await Promise.all(found)).flat();
}

async function unknownFieldDiagnosis(workbench: Workbench, field: UnknownField): Promise<Diagnosis> {
  const { of, name, near, place } = field;
  const message =
    of === 'input'
      ? `the input schema has no field ${name}: it is always undefined`
      : `the output declares no field ${name}: its values are not written`;
  const more = of === 'input' ? '`parquetry infer` adds fields that samples have.' : 'Add it to t.row({ … }).';
  const hint = near === undefined ? more : `Did you mean ${near}?`;
  const fixes = await renames(workbench, field);
  return { severity: 'warning', message, hint, place, ...(fixes.length > 0 && { fixes }) };
}

/** The field that is near, where the source says the name in so many letters and says it only here: `r.name`, `name: value`. */
async function renames(workbench: Workbench, { of, name, near, place }: UnknownField): Promise<Fix[]> {
  if (near === undefined || place === undefined) return [];
  const { file, line, column } = place;
  const whole = await workbench.read(file).catch(() => '');
  const text = whole.split('\n')[line - 1] ?? '';
  const last = name.slice(name.lastIndexOf('.') + 1);
  const word = last.replaceAll('$', '\\$');
  const written = of === 'input' ? `^[\\w$?.]*?\\.(?=${word}(?![\\w$]))` : `^(?=${word}\\s*:)`;
  const found = new RegExp(written).exec(text.slice(column - 1));
  if (found === null) return [];
  const startColumn = column + found[0].length;
  const edit = {
    file,
    startLine: line,
    startColumn,
    endLine: line,
    endColumn: startColumn + last.length,
    newText: near,
  };
  return [{ title: `Replace \`${last}\` by \`${near}\``, edits: markedEdits([edit], whole) }];
}
