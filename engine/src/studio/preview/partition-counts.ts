import type { ColumnBatch } from '../../columns/column.ts';
import { compilePartitioner, type Partitioner } from '../../columns/partition.ts';
import type { Field } from '../../core/schema.ts';
import type { SinkPlan } from '../../pipeline/checked-pipeline.ts';
import type { Count } from '../../protocol/rows.ts';

/** Counts the rows of each partition of each sink. Throws E_CONFIG if a template does not fit the output. */
export class PartitionCounts {
  readonly #sinks: { readonly partitioner: Partitioner | undefined; readonly rows: Map<string, number> }[];

  constructor(sinks: readonly SinkPlan[], output: readonly Field[]) {
    this.#sinks = sinks.map(({ partitionBy }) => ({
      partitioner: partitionBy.length > 0 ? compilePartitioner(partitionBy, output) : undefined,
      rows: new Map(),
    }));
  }

  add(batch: ColumnBatch): void {
    if (batch.length === 0) return;
    for (const { partitioner, rows } of this.#sinks) {
      for (const { path, selection } of partitioner?.split(batch) ?? []) {
        rows.set(path, (rows.get(path) ?? 0) + (selection?.length ?? batch.length));
      }
    }
  }

  /** The largest first, of each sink. */
  finish(): Count[][] {
    return this.#sinks.map(({ rows }) => [...rows].sort(([, a], [, b]) => b - a));
  }
}
