import type { Field } from '../../core/schema.ts';
import type { PartitionColumn } from './partition-column.ts';

/** The engines that DDL can be written for. */
export const DIALECTS = ['athena', 'spark', 'trino', 'duckdb'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** What a pipeline's sink writes, as a table. */
export interface Table {
  /** As given: `clicks`, or `lake.clicks` with the database. */
  readonly name: string;
  /** Columns in the files, in order. */
  readonly columns: readonly Field[];
  readonly partitions: readonly PartitionColumn[];
  /** Where the files lie; ends in `/`. */
  readonly location: string;
  /** How the encoder stores uuids. */
  readonly uuid: 'bytes' | 'text';
  readonly nanoseconds: 'keep' | 'truncate';
  /** First day of the data, `YYYY-MM-DD`; absent: five years back. */
  readonly since?: string;
}

/** Statements for an engine, and what a person should know before running them. */
export interface Ddl {
  readonly sql: string;
  /** Sentences. */
  readonly notes: readonly string[];
}

/** A text as a SQL literal. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A text as a literal of Hive and Spark, where two literals side by side are one and the backslash escapes. */
export function hiveString(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** A name of one or several parts (`lake.clicks`), each quoted. */
export function quoteName(name: string, quote: (part: string) => string): string {
  return name.split('.').map(quote).join('.');
}

/** A name in double quotes, as SQL has it. */
export function doubleQuoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name in backticks, as Hive and its descendants have it. */
export function backticked(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
