import type { Field } from '../core/schema.ts';
import { type Expression, parseTemplate } from './partition/template.ts';

/**
 * The field whose value says when the event of a row happened, as far as files tell: the first timestamp by which rows are
 * partitioned, or else the first timestamp at all. Undefined where there is none, or only in the path.
 */
export function eventTimeField(
  templates: readonly string[],
  fields: readonly Field[],
  fileFields: readonly Field[],
): string | undefined {
  const isTime = ({ type }: Field) => type.kind === 'timestamp';
  const expressions = templates.flatMap((template) => parseTemplate(template, fields)).flat();
  const partitioned = expressions
    .filter((part): part is Expression => typeof part === 'object' && part.path.length === 1)
    .map(({ path }) => fields[path[0]!]!);
  const inFile = partitioned.filter((field) => isTime(field) && fileFields.includes(field));
  return (inFile[0] ?? fileFields.find(isTime))?.name;
}
