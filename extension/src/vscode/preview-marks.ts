import * as vscode from 'vscode';
import type { Target } from '../../../engine/src/protocol/places.ts';
import type { PreviewState } from '../../../engine/src/protocol/preview.ts';
import { previewDiagnoses } from '../../../engine/src/protocol/preview-diagnoses.ts';
import { diagnosticOf } from './checks.ts';
import type { Pages } from './pages.ts';
import type { Studio } from './studio.ts';

/** What a preview found, at the line of the transform where it happened: of the page that shows it, without a second run. */
export function registerPreviewMarks({ context }: Studio, pages: Pages): void {
  const collection = vscode.languages.createDiagnosticCollection('parquetry-preview');
  const byFolder = new Map<string, ReadonlySet<string>>();
  const show = (folder: string, state: PreviewState) => {
    const byFile = Map.groupBy(previewDiagnoses(state), ({ place }) => place!.file);
    const files = new Set(byFile.keys());
    for (const file of new Set([...(byFolder.get(folder) ?? []), ...files])) {
      collection.set(vscode.Uri.file(file), (byFile.get(file) ?? []).map(diagnosticOf));
    }
    byFolder.set(folder, files);
  };
  context.subscriptions.push(
    collection,
    pages.onObservation(({ method, params, value }) => {
      const isState = typeof value === 'object' && value !== null && 'revision' in value;
      if (method === 'preview.watch' && isState) show((params as Target).folder, value as PreviewState);
    }),
  );
}
