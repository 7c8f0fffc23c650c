import { expect } from 'vitest';
import { bitAt, countZeros } from '../columns/bitmap.ts';
import type { Column } from '../columns/column.ts';
import { rowToJson } from '../columns/ndjson-text.ts';
import { createJsonScanner } from './json-scanner.ts';
import type { Task } from './json-texts.test-support.ts';
import type { Kernel } from './kernel.ts';
import { createKernelScanner, KernelScanner } from './wasm-scanner.ts';

/**
 * Everything that a scanner hands out for a task, as text and plain values: the kernel's, or without a kernel its twin. Every other
 * body the kernel gets in its own memory, if it has room, with something behind it.
 */
export function scanTask(task: Task, kernel?: Kernel) {
  const scanner =
    kernel === undefined
      ? createJsonScanner(task.schema, task.options)
      : createKernelScanner(task.schema, task.options, kernel);
  const results = task.batches.map((bodies) => {
    const placed = bodies.map((body, i) => (i % 2 === 0 ? kernel && lent(kernel, body) : undefined) ?? body);
    const counts = placed.map((body) => [scanner.add(body), scanner.rows]);
    const { records, bad, unknownKeys } = scanner.take();
    const { rows, delivery, ordinal, start, end } = records;
    for (const column of rows.columns) checkColumn(column);
    for (const body of placed) kernel?.bodies.give(body);
    return {
      counts,
      rows: Array.from({ length: rows.length }, (_, row) => rowToJson(rows, row)),
      index: [delivery, ordinal, start, end].map((numbers) => [...numbers]),
      bad,
      unknown: Object.fromEntries(unknownKeys),
      nulls: rows.columns.map((column) => column.nullCount),
    };
  });
  if (scanner instanceof KernelScanner) scanner.close();
  return results;
}

/** A body in the kernel's memory, as sources put it there. */
function lent({ bodies }: Kernel, body: Uint8Array): Uint8Array | undefined {
  const block = bodies.take(body.length + 5);
  block?.fill(0x22);
  block?.set(body);
  return block?.subarray(0, body.length);
}

/** What the layout of a column promises, and what its codes do. */
export function checkColumn({
  length,
  nullCount,
  validity,
  offsets,
  codes,
  dictionary,
  data,
  children = [],
}: Column): void {
  expect(validity === undefined).toBe(nullCount === 0);
  if (validity !== undefined) expect(countZeros(validity, 0, length)).toBe(nullCount);
  if (offsets !== undefined) expect(offsets[0]).toBe(0);
  for (let slot = 0; codes !== undefined && slot < length; slot++) {
    if (validity !== undefined && !bitAt(validity, slot)) continue;
    const text = Buffer.from(data!.subarray(offsets![slot], offsets![slot + 1])).toString();
    expect(dictionary!.text(codes[slot]!)).toBe(text);
  }
  for (const child of children) checkColumn(child);
}
