import type { Schema } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import type { CompiledTransform } from '../compile.ts';
import { analyseMap } from '../recognise/analyse.ts';
import { createApiTest, createPlaceFinder, type SourcePlace } from '../stack.ts';
import type { OutputPlan, Reason } from './columnar-plan.ts';
import { planColumns } from './plan.ts';

/** Why something was not recognised, and how to write it so that it is. Plain data. */
export interface Remark {
  readonly message: string;
  readonly hint?: string;
  /** In the user's own file. */
  readonly place?: SourcePlace;
}

/** How a field of the output comes about. */
export interface ExplainedField {
  readonly name: string;
  readonly type: string;
  /** `handed-on`: the input's column, never a JavaScript value. `built-in`: made of whole columns. `computed`: by the code. */
  readonly how: 'handed-on' | 'built-in' | 'computed';
  /** Dotted input path of what is handed on. */
  readonly from?: string;
  /** The built-in that makes it of whole columns, as it is called. */
  readonly call?: string;
  /** Input fields that the expression names; what it knows by other names is not followed. */
  readonly reads: readonly string[];
  /** Why a field that looks as if it was handed on is not. */
  readonly remark?: Remark;
}

export interface Explanation {
  readonly fields: readonly ExplainedField[];
  /** Why no field at all is handed on. */
  readonly remarks: readonly Remark[];
  /** Input fields of which JavaScript values are made, for the code that has to run. */
  readonly built: readonly string[];
  /** Input fields that nothing looks at. */
  readonly unread: readonly string[];
  /** Whether the code is called at all. */
  readonly runsCode: boolean;
}

/** What else than its code decides how a transform runs. */
export interface ExplainFacts {
  readonly input: Schema;
  readonly output: Schema;
  readonly hasPrefetch: boolean;
  /** The pipeline puts the input of a failed record in its place. */
  readonly passthrough: boolean;
}

/** Says how a transform runs over columns, field by field. Runs none of its code. */
export function explainTransform(compiled: CompiledTransform, facts: ExplainFacts): Explanation {
  const remarkOf = createRemarks(compiled);
  const { input, output } = facts;
  const all = input.fields.map(({ name }) => name);
  const shape = analyseMap(compiled.code, createApiTest(compiled));
  const wholeRecords = wholeRecordRemarks(facts);
  if (shape === undefined || wholeRecords.length > 0) {
    const fields = output.fields.map(({ name, type }): ExplainedField => {
      return { name, type: formatType(type), how: 'computed', reads: [] };
    });
    return { fields, remarks: shape ? wholeRecords : [UNREADABLE], built: all, unread: [], runsCode: true };
  }
  const plan = planColumns(shape, input, output);
  const fields = output.fields.map(({ name, type }, i) => {
    return { name, type: formatType(type), ...explainOutput(plan.outputs[i]!, remarkOf) };
  });
  const read = all.filter((name) => plan.reads.some(([first]) => first === name));
  const used = new Set([...read, ...plan.outputs.flatMap((field) => columnsOf(field, input))]);
  return {
    fields,
    remarks: plan.barriers.map(remarkOf),
    built: plan.isProjection ? [] : read,
    unread: all.filter((name) => !used.has(name)),
    runsCode: !plan.isProjection,
  };
}

/** Top-level fields whose columns an output is made of. */
function columnsOf(output: OutputPlan, { fields }: Schema): string[] {
  if (output.kind === 'computed') return [];
  const columns = output.kind === 'handed-on' ? [output] : output.args.filter((argument) => 'indexes' in argument);
  return columns.flatMap(({ indexes: [first] }) => fields[first!]?.name ?? []);
}

/** Without a transform the input is the output. */
export function explainNoTransform({ fields }: Schema): Explanation {
  const explained = fields.map(({ name, type }): ExplainedField => {
    return { name, type: formatType(type), how: 'handed-on', from: name, reads: [] };
  });
  return { fields: explained, remarks: [], built: [], unread: [], runsCode: false };
}

function explainOutput(
  output: OutputPlan,
  remarkOf: (reason: Reason) => Remark,
): Omit<ExplainedField, 'name' | 'type'> {
  if (output.kind === 'handed-on') return { how: 'handed-on', from: output.from, reads: [] };
  if (output.kind === 'built-in') {
    const args = output.args.map((argument) => ('from' in argument ? argument.from : argument.constant));
    const reads = output.args.flatMap((argument) => ('from' in argument ? [argument.from] : []));
    return { how: 'built-in', call: `${output.name}(${args.join(', ')})`, reads };
  }
  const remark = output.reason && remarkOf(output.reason);
  return { how: 'computed', reads: output.reads, ...(remark && { remark }) };
}

function createRemarks({ code, ...compiled }: CompiledTransform): (reason: Reason) => Remark {
  const placeAt = createPlaceFinder({ code, ...compiled });
  return ({ message, hint, at }) => {
    const before = at === undefined || at < 0 ? undefined : code.slice(0, at).split('\n');
    const place = before && placeAt(before.length, before.at(-1)!.length + 1);
    return { message, ...(hint !== undefined && { hint }), ...(place && { place }) };
  };
}

function wholeRecordRemarks({ hasPrefetch, passthrough }: ExplainFacts): Remark[] {
  const remarks: Remark[] = [];
  if (hasPrefetch) {
    remarks.push({ message: 'prefetch gets whole records', hint: 'Do without prefetch where setup can load a table.' });
  }
  if (passthrough) {
    remarks.push({
      message: 'errors.record: passthrough needs whole records, to put them in the place of failed ones',
      hint: 'Choose dead-letter, which keeps the bytes of a failed record.',
    });
  }
  return remarks;
}

const UNREADABLE: Remark = {
  message: 'map is made somewhere else than where its code stands',
  hint: 'Write map: (r) => … in defineTransform, or the name of a function that stands at the top of a file.',
};
