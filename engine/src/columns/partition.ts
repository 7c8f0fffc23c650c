import { ParquetryError } from '../core/errors.ts';
import type { Field } from '../core/schema.ts';
import { isNull } from './cells.ts';
import type { Column, ColumnBatch, Selection } from './column.ts';
import { type CodedValues, codeValues } from './partition/codes.ts';
import { groupRows } from './partition/groups.ts';
import { safeSegment } from './partition/hive.ts';
import { type Expression, parseTemplate, partitionColumns, type TemplateSegment } from './partition/template.ts';

/** Rows of a batch that belong into one folder. */
export interface PartitionPart {
  /** Relative path without slashes at its ends, escaped as Hive does; empty if there are no templates. */
  readonly path: string;
  /** Undefined if all rows of the batch are meant. */
  readonly selection: Selection;
}

/** Divides batches by the partition their rows belong to. Holds nothing between batches. */
export interface Partitioner {
  /** What is left for the file: the fields without those that readers take from the path. */
  readonly fileFields: readonly Field[];
  /** The parts of a batch, in the order in which its rows bring them; ascending rows in each. */
  split(batch: ColumnBatch): PartitionPart[];
  /** The batch without the columns that readers take from the path: nothing is copied. */
  fileBatch(batch: ColumnBatch): ColumnBatch;
}

/**
 * Compiles partition templates: `dt={event_time:%Y-%m-%d}`, `country={country}`, `{geo.city}`, several folders in one with
 * slashes between. Throws E_CONFIG, naming the template, for unknown fields and directives, values that are no scalars, and
 * paths that would leave their prefix.
 */
export function compilePartitioner(templates: readonly string[], fields: readonly Field[]): Partitioner {
  const segments = templates.flatMap((template) => parseTemplate(template, fields));
  const inPath = partitionColumns(segments, fields);
  const kept = fields.flatMap((field, i) => (inPath.has(field.name) ? [] : [i]));
  if (kept.length === 0 && fields.length > 0) {
    throw new ParquetryError('E_CONFIG', 'partitionBy must leave a field for the file, got all of them in the path');
  }
  const fileFields = kept.map((i) => fields[i]!);
  return {
    fileFields,
    split: (batch) => split(batch, segments),
    fileBatch: (batch) => ({ ...batch, fields: fileFields, columns: kept.map((i) => batch.columns[i]!) }),
  };
}

function split(batch: ColumnBatch, segments: readonly TemplateSegment[]): PartitionPart[] {
  const coded = new Map<Expression, CodedValues>();
  for (const part of segments.flat()) if (typeof part === 'object') coded.set(part, codeExpression(batch, part));
  const parts = new Map<string, Selection>();
  for (const { row, selection } of groupRows([...coded.values()], batch.length)) {
    const path = segments.map((segment) => safeSegment(segmentText(segment, coded, row))).join('/');
    parts.set(path, merged(parts.get(path), selection));
  }
  return Array.from(parts, ([path, selection]) => ({ path, selection: parts.size === 1 ? undefined : selection }));
}

/** Values that differ may still make one path: `{a}{b}` of "x", "yz" and of "xy", "z". */
function merged(known: Selection, added: Selection): Selection {
  if (known === undefined || added === undefined) return added;
  const all = new Int32Array(known.length + added.length);
  all.set(known);
  all.set(added, known.length);
  return all.sort();
}

function segmentText(segment: TemplateSegment, coded: ReadonlyMap<Expression, CodedValues>, row: number): string {
  const texts = segment.map((part) => {
    if (typeof part === 'string') return part;
    const { texts, codes } = coded.get(part)!;
    return texts[codes[row]!]!;
  });
  return texts.join('');
}

function codeExpression(batch: ColumnBatch, expression: Expression): CodedValues {
  const [first, ...inner] = expression.path;
  const chain: Column[] = [batch.columns[first!]!];
  for (const index of inner) chain.push(chain.at(-1)!.children![index]!);
  // A member of a null struct is null whatever its slot holds.
  const withNulls = chain.filter((column) => column.nullCount > 0);
  const nullAt = withNulls.length > 0 ? (row: number) => withNulls.some((column) => isNull(column, row)) : undefined;
  return codeValues(chain.at(-1)!, nullAt, expression.formatter);
}
