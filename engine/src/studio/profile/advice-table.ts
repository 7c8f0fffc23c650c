import { count, plural, size } from '../../core/quantities.ts';
import { SQS_MOST_HELD } from '../../core/sqs-quotas.ts';
import { reachableSize } from '../../pipeline/reachable-size.ts';
import type { ColumnProfile } from '../../protocol/profile.ts';
import { type AdviceFacts, partitionPath, percent, type Suggestion } from './advice.ts';
import { fieldNames } from './partition-fields.ts';

/** More partitions than this in a sample, with few rows each, are what makes tables of tiny files. */
const MANY_PARTITIONS = 20;
const FEW_ROWS_SHARE = 0.05;
/** A column whose values nearly all differ, is one that readers look single values up by. */
const ID_SHARE = 0.9;
const ID_TYPE = /^(?:string|uuid|int64|int|binary)\b/;
const ID_NAME = /(?:^|_)(?:id|uuid|key|hash|token)$|(?:Id|ID|Uuid|Key)$/;
const MAX_BLOOM = 3;

/** A template whose values are nearly as many as the rows. */
export function partitionAdvice({ measures, pipeline }: AdviceFacts): Suggestion[] {
  const [sink] = measures.sinks;
  const [{ partitionBy }] = pipeline.sinks;
  const partitions = sink?.partitions.length ?? 0;
  if (partitions <= MANY_PARTITIONS || partitions < measures.rows * FEW_ROWS_SHARE) return [];
  const distinctOf = (name: string) => measures.columns.find((column) => column.name === name)?.distinct ?? 0;
  const worst = partitionBy
    .map((template, index) => ({ index, template, values: Math.max(0, ...fieldNames(template).map(distinctOf)) }))
    .sort((a, b) => b.values - a.values)[0];
  if (!worst) return [];
  const rest = partitionBy.filter((_, index) => index !== worst.index);
  return [
    {
      id: 'partition-values',
      title: `partitionBy makes ${count(partitions)} partitions of ${count(measures.rows)} rows`,
      why: `Each partition has files of its own, of ${plural(Math.round(measures.rows / partitions), 'row')} each in the samples; ${worst.template} has the most values. Partition by what queries filter on and has few values; a bloom filter finds single ones.`,
      gain: 0.9,
      setting: {
        title: `Partition without ${worst.template}`,
        path: partitionPath(pipeline, 0),
        value: rest.length > 0 ? rest : undefined,
      },
    },
  ];
}

/** A target that no file can reach, because the queue lends too few messages; with one record a message it is often so. */
export function targetSizeAdvice({ measures, pipeline, hasManyRows }: AdviceFacts): Suggestion[] {
  const { source, batch } = pipeline;
  if (!hasManyRows || !('type' in source) || source.type !== 'sqs') return [];
  const recordBytes = measures.inputBytes / measures.records;
  const facts = {
    ...{ targetSizeBytes: batch.targetSizeBytes, maxAgeMs: batch.maxAgeMs, recordBytes, recordsPerMessage: 1 },
    ...{ inFlightCap: SQS_MOST_HELD, encodedShare: measures.encodedBytes / measures.inputBytes },
  };
  const { limit, sizeBytes, enoughRecords } = reachableSize(facts);
  if (limit === 'target') return [];
  return [
    {
      id: 'target-size',
      title: `Files reach ${size(sizeBytes)} with one record a message, not ${size(batch.targetSizeBytes)}`,
      why: `A message is held until its file is written, and a run holds at most ${count(SQS_MOST_HELD)}. From ${plural(enoughRecords, 'record')} a message on the target is reached; the plan says more.`,
      gain: 0.02,
    },
  ];
}

/** Columns that single values are looked up in. */
export function bloomAdvice({ measures, parquet }: AdviceFacts): Suggestion[] {
  if (!parquet || measures.codecs.some(({ codec, isCurrent }) => codec === 'lz4' && isCurrent)) return [];
  const { bloomFilters } = parquet.options;
  const columns = measures.columns.filter(
    (column) => isLookedUp(column, measures.rows) && !bloomFilters.includes(column.name),
  );
  return columns.slice(0, MAX_BLOOM).map(({ name, distinct }, i) => ({
    id: 'bloom-filter' as const,
    title: `A bloom filter on ${name} lets readers skip row groups`,
    why: `${count(distinct)} of ${count(measures.rows)} values differ: minimum and maximum of a row group say nothing of them. A filter takes about 1.2 bytes a value, and a look-up by ${name} reads only where it can be.`,
    gain: 0.015 - i / 1_000,
    setting: {
      title: `Add a bloom filter on ${name}`,
      path: [...parquet.path, 'bloomFilters'],
      value: [...bloomFilters, name],
    },
  }));
}

function isLookedUp({ name, type, distinct, nulls, isInPath }: ColumnProfile, rows: number): boolean {
  return (
    !isInPath && ID_TYPE.test(type) && ID_NAME.test(name) && distinct >= (rows - nulls) * ID_SHARE && nulls < rows / 2
  );
}

/** JSON that always looks the same. */
export function jsonAdvice({ measures }: AdviceFacts): Suggestion[] {
  return measures.shapes.map(({ column, type }) => {
    const { encodedBytes = 0 } = measures.columns.find(({ name }) => name === column) ?? {};
    return {
      id: 'json-shape',
      title: `${column} is always ${type}`,
      why: `As a struct its members are columns of their own: queries read only what they ask for, and filter by it. As json it takes ${percent(encodedBytes / measures.encodedBytes)} of the file. Declare it in the transform's output.`,
      gain: Math.max(0.02, encodedBytes / measures.encodedBytes / 2),
    };
  });
}

/** Columns without a value. */
export function nullAdvice({ measures, pipeline }: AdviceFacts): Suggestion[] {
  const empty = measures.rows === 0 ? [] : measures.columns.filter(({ nulls }) => nulls === measures.rows);
  if (empty.length === 0) return [];
  const names = empty.map(({ name }) => name).join(', ');
  const where = pipeline.transform === undefined ? 'the input schema' : "the transform's output";
  return [
    {
      id: 'all-null',
      title: `${empty.length === 1 ? `${names} has` : `${plural(empty.length, 'column')} have`} no value in the samples`,
      why: `Of ${plural(measures.rows, 'row')} all are null in ${names}. Either the samples are not typical, a name in the transform is wrong, or ${where} can do without.`,
      gain: 0.05,
    },
  ];
}
