import { ParquetryError } from '../core/errors.ts';
import type { Inference } from '../core/infer.ts';
import type { Field, Schema } from '../core/schema.ts';

const PARQUET_FILE = /\.parquet$/;

/** The samples that are Parquet files, known by their names. Throws E_CONFIG if some are and others are not. */
export function parquetSamples(samples: readonly unknown[]): string[] {
  const found = samples.filter((name): name is string => typeof name === 'string' && PARQUET_FILE.test(name));
  if (found.length === 0 || found.length === samples.length) return found;
  throw new ParquetryError('E_CONFIG', `samples must be all Parquet or none of them, got ${found[0]} among others`, {
    hint: 'Infer from the one kind, then from the other: the schema in force is widened.',
  });
}

/**
 * What the footers of Parquet files say of their records: nothing is decoded. Types of the schema in force stay wherever they
 * take those of the files.
 */
export async function inferFromFooters(
  files: readonly string[],
  { previous, signal }: { previous?: Schema; signal: AbortSignal },
): Promise<Inference> {
  const { openParquet } = await import('../parquet/reader.ts');
  const { mergeSchemas } = await import('../core/schema-compare.ts');
  const { describeFields } = await import('../core/infer-report.ts');
  const { openBytes } = await import('../studio/byte-source.ts');
  let schema: Schema | undefined;
  let records = 0;
  for (const file of files) {
    await using bytes = await openBytes(file, {}, signal);
    const { fields, rows } = await openParquet(bytes);
    schema = schema ? mergeSchemas(schema, { fields }) : { fields };
    records += rows;
  }
  const fields = previous ? await widened(previous, schema!) : schema!.fields;
  return { schema: { fields }, records, malformed: 0, fields: describeFields(fields) };
}

async function widened(previous: Schema, schema: Schema): Promise<readonly Field[]> {
  const { mergeSchemas } = await import('../core/schema-compare.ts');
  const { compileFit } = await import('../parquet/fit.ts');
  const takes = (field: Field, other: Field) => {
    try {
      compileFit([other], [field]);
      return true;
    } catch {
      return false;
    }
  };
  const find = ({ fields }: Schema, name: string) => fields.find((field) => field.name === name);
  return mergeSchemas(previous, schema).fields.map((merged) => {
    const [own, other] = [find(previous, merged.name), find(schema, merged.name)];
    return own && other && takes(own, other) ? { ...own, optional: merged.optional } : merged;
  });
}
