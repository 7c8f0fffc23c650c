import type { Method, NoMethods } from './method.ts';
import type { Diagnosis, Place, TextEdit } from './places.ts';

/** A pipeline that was found in the roots. */
export interface PipelineEntry {
  readonly folder: string;
  /** Absolute path of its `pipeline.yaml`. */
  readonly file: string;
  /** What the file says, or the folder's name where it cannot be read. */
  readonly name: string;
  readonly environments: readonly string[];
  /** Absolute path of the transform. */
  readonly transform?: string;
  /** Sample files, absolute paths. */
  readonly samples: readonly string[];
}

/** What a new pipeline begins with: an example, or records of the user's as JSON, whose schema is inferred. */
export type NewPipeline =
  | { readonly example: 'clicks' | 'movies' | 'flights' }
  | { readonly name: string; readonly records: string };

export interface WorkspaceMethods {
  /**
   * The first request. Files outside of the roots are refused with E_ACCESS. Untrusted: user code is not run; whatever needs it
   * fails with E_ACCESS. `duckdb`: a folder from which DuckDB is found, where the shell brings it along.
   */
  'workspace.open': Method<
    { readonly roots: readonly string[]; readonly trusted: boolean; readonly duckdb?: string },
    { readonly version: string; readonly node: string }
  >;
  /** The pipelines in the roots, now. */
  'workspace.pipelines': Method<NoMethods, { readonly pipelines: readonly PipelineEntry[] }>;
  /**
   * The text of a file as an editor has it, unsaved; null: as it is on disk. Everything that reads the file from now on sees it, and
   * what is watched is done again.
   */
  'workspace.overlay': Method<{ readonly file: string; readonly text: string | null }, void>;
  /** Text of a file of the roots, for a shell without files of its own; `saved` is what is on disk where an overlay differs from it. */
  'workspace.read': Method<{ readonly file: string }, { readonly text: string; readonly saved?: string }>;
  /**
   * Saves a file of the roots, for a shell without files of its own. `was` is what the shell believes to be on disk: rejects with
   * E_CONFLICT where something else is, so that nobody's work is written over.
   */
  'workspace.write': Method<{ readonly file: string; readonly text: string; readonly was?: string }, void>;
  /** Makes the folder of a pipeline in a root, by default the first, under a name that is free there, and answers what it made. */
  'workspace.create': Method<{ readonly from: NewPipeline; readonly root?: string }, PipelineEntry>;
  /** What a pipeline's folder holds: absolute paths of at most 500 files, for a shell without a file tree of its own. */
  'workspace.files': Method<{ readonly folder: string }, { readonly files: readonly string[] }>;
}

export interface Completion {
  readonly label: string;
  readonly kind: 'property' | 'value' | 'snippet';
  /** The type, or the default. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** With `$0`, `${1:name}` as snippets have them. */
  readonly insertText: string;
  /** What it takes the place of, on the line of the cursor: columns, 1-based. */
  readonly startColumn: number;
  readonly endColumn: number;
}

/** What an editor asks about the files of a pipeline; positions are 1-based. */
export interface LanguageMethods {
  /** Everything that is wrong with a pipeline: its file, transform, types, partitions, encoders; nothing is contacted. */
  'language.check': Method<
    { readonly folder: string; readonly environment?: string },
    { readonly diagnoses: readonly Diagnosis[] }
  >;
  'language.complete': Method<
    { readonly file: string; readonly line: number; readonly column: number },
    { readonly items: readonly Completion[] }
  >;
  /** Markdown, what it is about, and where more is told: a page of docs/reference, without its `.md`. */
  'language.hover': Method<
    { readonly file: string; readonly line: number; readonly column: number },
    { readonly markdown: string; readonly place: Place; readonly reference?: string } | undefined
  >;
  /**
   * Declarations that type a pipeline's transform without `npm install`, by absolute path: given for editors that do not read files,
   * and with `write` put into `.parquetry/types` for those that do (with a tsconfig where there is none). `written`: paths below the
   * folder that were not what they should be.
   */
  'language.types': Method<
    { readonly folder: string; readonly write?: boolean },
    {
      readonly files: readonly { readonly path: string; readonly text: string }[];
      readonly written: readonly string[];
    }
  >;
  /** How a value of the pipeline file is set, keeping comments. `path`: keys and positions. */
  'language.set': Method<
    { readonly file: string; readonly path: readonly (string | number)[]; readonly value: unknown },
    { readonly edits: readonly TextEdit[] }
  >;
}
