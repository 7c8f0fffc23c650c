/** A suite, and what it runs in. */
export interface SuiteRun {
  /** A folder that does not exist yet. */
  readonly profile: string;
  /** A folder or a `.code-workspace`; empty: a window without either. */
  readonly workspace: string;
  readonly vsix: string;
  /** An extension that is nothing: VS Code runs suites only where one is developed. */
  readonly developed: string;
  /** CommonJS module that exports `run()`. */
  readonly suite: string;
  /** Where the suite leaves `{ ok, message }`: the workbench says 0 also where the extension host died half-way. */
  readonly outcome: string;
  readonly isTrusted: boolean;
  readonly env: Readonly<Record<string, string>>;
}
