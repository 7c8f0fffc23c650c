import * as vscode from 'vscode';
import type { Diagnosis, Fix } from '../../../engine/src/protocol/places.ts';
import { byFile } from '../language/diagnoses.ts';
import { toRange } from './places.ts';
import type { Studio } from './studio.ts';

const PAUSE_MS = 250;

const severities: Record<Diagnosis['severity'], vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

interface Found {
  readonly diagnostic: vscode.Diagnostic;
  readonly fixes: readonly Fix[];
}

/** What `validate` finds in each pipeline, at its place, as it is typed. */
export class Checks {
  readonly #studio: Studio;
  readonly #collection = vscode.languages.createDiagnosticCollection('parquetry');
  readonly #found = new Map<string, Map<string, readonly Found[]>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, AbortController>();

  constructor(studio: Studio) {
    this.#studio = studio;
    const ofDocument = (document: vscode.TextDocument) => studio.pipelines.of(document.uri.fsPath)?.folder;
    const later = (document: vscode.TextDocument) => {
      const folder = ofDocument(document);
      if (folder !== undefined) this.#later(folder);
    };
    studio.context.subscriptions.push(
      this.#collection,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const isWanted = vscode.workspace.getConfiguration('parquetry', document.uri).get('checkOnType', true);
        if (isWanted && contentChanges.length > 0) later(document);
      }),
      vscode.workspace.onDidSaveTextDocument(later),
      { dispose: studio.pipelines.onChange(() => this.#checkAll()) },
    );
  }

  /** Checks a pipeline now; one that is being checked is checked anew. */
  async run(folder: string): Promise<readonly Diagnosis[]> {
    this.#running.get(folder)?.abort();
    const controller = new AbortController();
    this.#running.set(folder, controller);
    const { pipelines, ask } = this.#studio;
    try {
      const { diagnoses } = await ask('language.check', pipelines.target(folder), { signal: controller.signal });
      this.#show(folder, diagnoses);
      return diagnoses;
    } finally {
      if (this.#running.get(folder) === controller) this.#running.delete(folder);
    }
  }

  /** What was found there, with how to mend it. */
  at(uri: vscode.Uri, range: vscode.Range): readonly Found[] {
    const found = [...this.#found.values()].flatMap((files) => files.get(uri.fsPath) ?? []);
    return found.filter(({ diagnostic }) => diagnostic.range.intersection(range) !== undefined);
  }

  #later(folder: string): void {
    clearTimeout(this.#timers.get(folder));
    const check = () => void this.run(folder).catch(this.#studio.quiet);
    this.#timers.set(folder, setTimeout(check, PAUSE_MS));
  }

  #checkAll(): void {
    const folders = new Set(this.#studio.pipelines.entries.map(({ folder }) => folder));
    for (const gone of [...this.#found.keys()].filter((folder) => !folders.has(folder))) this.#show(gone, []);
    for (const folder of folders) this.#later(folder);
  }

  #show(folder: string, diagnoses: readonly Diagnosis[]): void {
    const before = [...(this.#found.get(folder)?.keys() ?? [])];
    const fallback = this.#studio.pipelines.at(folder)?.file ?? folder;
    const files = new Map([...byFile(diagnoses, fallback)].map(([file, found]) => [file, found.map(toFound)]));
    this.#found.set(folder, files);
    for (const file of new Set([...before, ...files.keys()])) {
      this.#collection.set(
        vscode.Uri.file(file),
        (files.get(file) ?? []).map(({ diagnostic }) => diagnostic),
      );
    }
  }
}

function toFound(diagnosis: Diagnosis): Found {
  return { diagnostic: diagnosticOf(diagnosis), fixes: diagnosis.fixes ?? [] };
}

/** A diagnosis as the editor shows it. */
export function diagnosticOf({ severity, message, hint, place }: Diagnosis): vscode.Diagnostic {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === place?.file);
  const range = place ? toRange(place, document) : new vscode.Range(0, 0, 0, 1);
  const diagnostic = new vscode.Diagnostic(range, [message, hint].filter(Boolean).join('\n'), severities[severity]);
  diagnostic.source = 'Parquetry';
  return diagnostic;
}
