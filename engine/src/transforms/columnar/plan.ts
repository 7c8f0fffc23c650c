import type { Schema, Type } from '../../core/schema.ts';
import type { Barrier, MapShape, ResultMember } from '../recognise/shape.ts';
import type { ColumnarPlan, OutputPlan, Paths } from './columnar-plan.ts';
import { OutputPlanner } from './output-planner.ts';
import { RemainingCode } from './remaining-code.ts';
import { sourcesOf, undeclaredKeys } from './sources.ts';

/**
 * Holds the shape of a `map` against its input and output: which fields are handed on, and what is left of the code. Where the
 * code has barriers, no field is.
 */
export function planColumns(shape: MapShape, input: Schema, output: Schema): ColumnarPlan {
  const sources = shape.results.map((literal) => sourcesOf(literal, input));
  const undeclared = undeclaredKeys(sources, output);
  const isCountable = undeclared?.length === 0 || (undeclared && shape.results.every(({ inArray }) => !inArray));
  const barriers = isCountable ? shape.barriers : [...shape.barriers, UNCOUNTABLE];
  const isBarred = barriers.length > 0 || sources.length === 0;
  const planner = new OutputPlanner(shape, input, sources);
  const outputs = output.fields.map((field) => planner.plan(field, isBarred));
  const code = new RemainingCode(shape, { input, output }, sources);
  const asIs = code.after(undefined);
  const edit = outputs.some(({ kind }) => kind !== 'computed') ? code.editFor(outputs) : undefined;
  const rest = edit ? code.after(edit) : asIs;
  const everything: Paths = input.fields.map(({ name }) => [name]);
  return {
    outputs,
    readsAsIs: shape.readsAll ? everything : asIs.reads,
    reads: shape.readsAll ? everything : rest.reads,
    removals: edit ? [...edit.removed.map(({ start, end }) => ({ start, end, text: '' })), ...rest.removals] : [],
    undeclared: undeclared ?? [],
    hasKnownKeys: hasKnownKeys(shape, output, outputs),
    failsLate: hasKnownKeys(shape, output, outputs) && shape.results.every(({ inArray }) => !inArray),
    isProjection: edit !== undefined && code.isNothing(edit, rest),
    barriers,
  };
}

function hasKnownKeys(shape: MapShape, { fields }: Schema, outputs: readonly OutputPlan[]): boolean {
  const names = new Set(fields.map(({ name }) => name));
  const isKnown = (member: ResultMember) =>
    member.kind === 'fields' || (member.kind === 'property' && names.has(member.name));
  const areFlat = fields.every(({ type }, i) => outputs[i]?.kind !== 'computed' || !hasKeys(type));
  return areFlat && shape.results.every(({ members }) => members.every(isKnown));
}

/** Keys without a column are counted, and it could not be known how often. */
const UNCOUNTABLE: Barrier = {
  message: 'fields that the output lacks are spread into some of the returned objects, or into an array of them',
  hint: 'Name the fields that are returned.',
  at: -1,
};

/** Whether values of a type are, or hold, objects whose keys are fields. */
function hasKeys(type: Type): boolean {
  if (type.kind === 'list') return hasKeys(type.element.type);
  return type.kind === 'struct' || (type.kind === 'map' && hasKeys(type.value.type));
}
