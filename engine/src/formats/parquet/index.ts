import { z } from 'zod';
import type { Format } from '../../columns/format.ts';
import type { Component } from '../../core/component.ts';
import { createParquetScanner } from './scanner.ts';

const config = z.strictObject({});

/** Excerpts of Parquet files to columns; which sources hand them out, and what is refused, is told in this folder's README. */
export const component: Component<'format', typeof config, Format> = {
  kind: 'format',
  type: 'parquet',
  summary: 'Parquet: columns by name, of files that are read by row groups and pages.',
  config,
  create: () => ({ createScanner: createParquetScanner }),
};
