import path from 'node:path';
import type { Field } from '../../core/schema.ts';
import type { ExplainedField } from '../../transforms/columnar/explain.ts';
import { loadTarget } from '../load-target.ts';
import type { Workbench } from '../workbench.ts';
import type { KnownOutput } from './check.ts';
import type { HoverAnswer } from './hover.ts';
import { lineEnd, lineStart, offsetAt } from './text-position.ts';

/**
 * How the field of the output comes about whose name stands at a position of a transform: as a column, by a built-in, or by code.
 * `output`: as the last check found it. None of the code is run. Undefined where there is nothing to say, or the pipeline is broken.
 */
export async function transformHoverAt(
  workbench: Workbench,
  { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
  output: KnownOutput,
): Promise<HoverAnswer | undefined> {
  const text = await workbench.read(file);
  const word = keyAt(text, offsetAt(text, { line, column }));
  if (word === undefined || !output.fields.some(({ name }) => name === word.text)) return undefined;
  const field = await explainField(workbench, file, { name: word.text, output }).catch(() => undefined);
  if (field === undefined) return undefined;
  return {
    markdown: describeField(field),
    place: { file: path.resolve(file), line, column: word.column, length: word.text.length },
  };
}

async function explainField(
  workbench: Workbench,
  file: string,
  { name, output }: { readonly name: string; readonly output: KnownOutput },
): Promise<ExplainedField | undefined> {
  const { transform, input, errors } = await loadTarget(workbench, { folder: path.dirname(file) });
  if (transform !== path.resolve(file)) return undefined;
  const { compileTransform } = await import('../../transforms/compile.ts');
  const { explainTransform } = await import('../../transforms/columnar/explain.ts');
  const compiled = await compileTransform(transform, workbench.overlays);
  const rest: Field[] = input.rest ? [{ name: '_rest', type: { kind: 'json' }, optional: true }] : [];
  const facts = {
    input: { fields: [...input.schema.fields, ...rest] },
    output,
    hasPrefetch: output.hasPrefetch,
    passthrough: errors.record === 'passthrough',
  };
  return explainTransform(compiled, facts).fields.find((field) => field.name === name);
}

function describeField({ name, type, how, from, call, reads, remark }: ExplainedField): string {
  const head = `\`${name}\`: ${type} in the output`;
  if (how === 'handed-on')
    return `${head}\n\nHanded on: the column \`${from}\` as it is. No JavaScript value is made of it.`;
  if (how === 'built-in') return `${head}\n\nBuilt in: \`${call}\` runs over whole columns, not once a record.`;
  const of = reads.length > 0 ? ` out of ${reads.map((field) => `\`${field}\``).join(', ')}` : '';
  const why = remark ? `\n\n${remark.message}.${remark.hint ? ` ${remark.hint}` : ''}` : '';
  return `${head}\n\nComputed by your code, record by record${of}.${why}`;
}

/** The name at an offset, if it is the key of an object: `name:`, or `name` by itself. */
function keyAt(text: string, offset: number): { text: string; column: number } | undefined {
  const [from, to] = [lineStart(text, offset), lineEnd(text, offset)];
  const head = /[\w$]*$/.exec(text.slice(from, offset))![0];
  const tail = /^[\w$]*/.exec(text.slice(offset, to))![0];
  const start = offset - head.length;
  const isKey = /^\s*[:,}]/.test(text.slice(offset + tail.length, to)) && !/[.\w$]$/.test(text.slice(from, start));
  return isKey && head + tail !== '' ? { text: head + tail, column: start - from + 1 } : undefined;
}
