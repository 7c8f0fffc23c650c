import type { Method, NoMethods } from './method.ts';
import type { Place, Target, TextEdit } from './places.ts';
import type { NewPipeline } from './workspace.ts';

/** What a page is to show. Everything a shell must keep to show it again: no rows, no results. */
export type PageRoute =
  | {
      readonly page: 'preview' | 'profile' | 'plan' | 'samples' | 'dead-letters';
      readonly folder: string;
      readonly environment?: string;
      /** Stays with its pipeline. Otherwise a shell with an editor shows the pipeline of whatever file is looked at. */
      readonly isLocked?: boolean;
    }
  | { readonly page: 'run'; readonly run: string }
  | { readonly page: 'parquet'; readonly uri: string; readonly folder?: string; readonly environment?: string }
  | { readonly page: 'home' };

/** What a page asks of the shell around it, VS Code or a browser: all that is not the engine's. */
export interface ShellMethods {
  /** The first request: what to show. */
  'shell.hello': Method<
    NoMethods,
    {
      readonly route: PageRoute;
      /** What `shell.keep` was given last for this route; the page judges whether it still makes sense of it. */
      readonly view?: unknown;
      readonly hasEditor: boolean;
      readonly hasDebugger?: boolean;
      readonly hasExtensions?: boolean;
      /** No folder is open in which a pipeline could be made: `shell.makePipeline` asks for one. */
      readonly isWithoutFolder?: boolean;
    }
  >;
  /**
   * What the page shows from now on, in the same place: a title may change, and what is kept to show it again. `view` is layout and
   * what was typed, as JSON of at most 64 KiB, opaque to the shell; without one, what was kept for the route stays.
   */
  'shell.keep': Method<{ readonly route: PageRoute; readonly view?: unknown }, void>;
  /** Opens another page. */
  'shell.open': Method<{ readonly route: PageRoute }, void>;
  /** Shows a place in an editor. */
  'shell.reveal': Method<{ readonly place: Place }, void>;
  /** Changes files through the editor, so that it can be undone. */
  'shell.edit': Method<
    { readonly edits: readonly TextEdit[]; readonly title: string },
    { readonly isApplied: boolean }
  >;
  /** Steps through the transform with one record of the samples: its number in them, from 0. For shells that have a debugger. */
  'shell.debug': Method<Target & { readonly sample?: string; readonly record: number }, void>;
  /** Installs the extension that brings DuckDB along; the engine finds it when this ends. For shells that have extensions. */
  'shell.installDuckDb': Method<NoMethods, void>;
  /** Makes a pipeline in a folder that is asked for, and opens that. For shells that may be without a folder. */
  'shell.makePipeline': Method<{ readonly from: NewPipeline }, void>;
  'shell.copy': Method<{ readonly text: string }, void>;
  /** Asks where to save; undefined: nowhere. */
  'shell.pickSave': Method<{ readonly name: string }, { readonly file: string } | undefined>;
}

/** What a shell tells a page. */
export interface PageMethods {
  'page.show': Method<{ readonly route: PageRoute }, void>;
}
