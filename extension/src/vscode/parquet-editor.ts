import * as vscode from 'vscode';
import type { PageRoute } from '../../../engine/src/protocol/shell.ts';
import type { Pages } from './pages.ts';
import type { Studio } from './studio.ts';

/** Opens Parquet files in the viewer's page: read only, and read by the engine, so no byte of them passes through the editor. */
export function registerParquetEditor({ context, pipelines, allow }: Studio, pages: Pages): void {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose() {} }),
    async resolveCustomEditor({ uri }, panel) {
      await allow(uri.fsPath);
      const folder = pipelines.of(uri.fsPath)?.folder;
      const route: PageRoute = { page: 'parquet', uri: uri.fsPath, ...(folder === undefined ? {} : { folder }) };
      pages.attach(panel, { route });
    },
  };
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider('parquetry.parquet', provider, {
      supportsMultipleEditorsPerDocument: true,
    }),
  );
}
