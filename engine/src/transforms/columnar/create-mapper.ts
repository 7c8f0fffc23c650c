import inspector from 'node:inspector';
import type { Transform } from '../api.ts';
import type { CompiledTransform } from '../compile.ts';
import { type OpenTransform, openTransform } from '../load.ts';
import type { MapShape } from '../recognise/shape.ts';
import { RecordMapper, type RecordMapperParts } from '../record-mapper.ts';
import { createApiTest } from '../stack.ts';
import { ColumnarMapper, type Mapper } from './columnar-mapper.ts';
import type { ColumnarPlan, Paths } from './columnar-plan.ts';
import { editedMap, mapText } from './edit.ts';
import { OutputColumns } from './output-columns.ts';
import { planColumns } from './plan.ts';
import { projectTo } from './projection.ts';

/** A loaded transform whose `map` was read, too. */
export interface RecognisedTransform extends OpenTransform {
  readonly shape: MapShape;
}

/**
 * Loads a transform and reads its `map`. Undefined, and nothing is loaded, if there is no `map` to be read; or while a debugger
 * is attached, which is to stop in the code as it was written. Throws E_TRANSFORM as `loadTransform`.
 */
export async function openRecognised(compiled: CompiledTransform): Promise<RecognisedTransform | undefined> {
  if (inspector.url() !== undefined) return undefined;
  const { analyseMap } = await import('../recognise/analyse.ts'); // brings the parser
  const shape = analyseMap(compiled.code, createApiTest(compiled));
  return shape && { ...openTransform(compiled), shape };
}

/**
 * The fastest loop around `map` that gives the result of the plain one: over columns where something is handed on, over records
 * of the fields that the code looks at where not, over whole ones where that is not known.
 */
export function createColumnarMapper(recognised: RecognisedTransform, parts: RecordMapperParts): Mapper {
  const { transform, compiled, input, options } = parts;
  const { shape } = recognised;
  const isKnown = String(transform.map) === mapText(compiled.code, shape); // and not wrapped, or set later
  if (!isKnown || options.passthrough) return new RecordMapper(parts);
  const plan = planColumns(shape, input, transform.output);
  const whole = projected(plan.readsAsIs, parts);
  if (plan.outputs.every(({ kind }) => kind === 'computed')) return whole;
  const rest = projected(plan.reads, {
    ...parts,
    transform: restOf(recognised, plan, compiled),
    undeclared: plan.hasKnownKeys ? 'ignore' : 'count',
  });
  const output = transform.output.fields;
  const columns = new OutputColumns(plan, output, recognised.evaluate);
  const position = options.position ?? new Int32Array(2);
  return new ColumnarMapper({ plan, output, columns, position, rest, whole });
}

/** A loop around `map` whose records have the fields with these paths only. */
function projected(paths: Paths, parts: RecordMapperParts): Mapper {
  const { schema, of } = projectTo(paths, parts.input);
  const mapper = new RecordMapper({ ...parts, input: schema });
  return { run: (records, deliveries) => mapper.run({ ...records, rows: of(records.rows) }, deliveries) };
}

/** The transform of the fields that have to be computed. */
function restOf(
  { transform, evaluate, shape }: RecognisedTransform,
  plan: ColumnarPlan,
  compiled: CompiledTransform,
): Transform {
  const fields = transform.output.fields.filter((_, i) => plan.outputs[i]?.kind === 'computed');
  const map = evaluate(editedMap(compiled.code, shape, plan.removals)) as Transform['map'];
  return { ...transform, output: { ...transform.output, fields }, map };
}
