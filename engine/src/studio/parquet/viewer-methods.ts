import type { AwsSettings } from '../../core/component.ts';
import type { Method, NoMethods } from '../../protocol/method.ts';
import type { ParquetMethods, ParquetSummary } from '../../protocol/parquet.ts';

/** A file as the viewer's process is told of it with each request, so that a new process needs nothing else to go on. */
export interface FileSpec {
  /** What the studio's callers know it by. */
  readonly handle: string;
  /** Absolute path, or `s3://bucket/key`. */
  readonly place: string;
  readonly aws: AwsSettings;
  /** As it was when it was opened; another one is refused with E_CONFLICT. */
  readonly version?: string;
  /** Absolute paths of folders in which DuckDB is looked for, first to last; others than before where it was installed meanwhile. */
  readonly duckdb: readonly string[];
}

type Forwarded = Exclude<keyof ParquetMethods, 'parquet.open' | 'parquet.close' | 'parquet.duckdb'>;

/** What the viewer's process answers: requests of pages with the file they are about. */
export type ViewerMethods = {
  readonly [Name in Forwarded]: Method<
    { readonly file: FileSpec; readonly asked: ParquetMethods[Name]['params'] },
    ParquetMethods[Name]['result'],
    ParquetMethods[Name]['snapshot']
  >;
} & {
  readonly 'viewer.open': Method<
    { readonly file: FileSpec },
    { readonly summary: ParquetSummary; readonly version: string }
  >;
  /** Whether it still answers. */
  readonly 'viewer.ping': Method<NoMethods, void>;
  readonly 'viewer.close': Method<{ readonly handle: string }, void>;
};
