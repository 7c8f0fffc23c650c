import path from 'node:path';
import * as vscode from 'vscode';
import { currentNode, isOfNode } from './node-settings.ts';
import { type Studio, workspaceRoots } from './studio.ts';

/** The engine's tools as an MCP server, for agents that take no tools of extensions; where the editor knows such servers. */
export function registerMcpServer({ context, quiet }: Studio): void {
  if (typeof vscode.lm?.registerMcpServerDefinitionProvider !== 'function') return;
  try {
    register(context);
  } catch (error) {
    quiet(error); // editors have the function before they let everybody call it
  }
}

function register(context: vscode.ExtensionContext): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.McpServerDefinitionProvider<vscode.McpStdioServerDefinition> = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions() {
      const roots = workspaceRoots();
      const isWanted = vscode.workspace.getConfiguration('parquetry').get('mcpServer', false);
      if (!isWanted || !vscode.workspace.isTrusted) return [];
      const script = path.join(context.extensionPath, 'dist', 'engine', 'parquetry.mjs');
      const { execPath, env } = currentNode();
      return roots.map((root) => {
        const label = `Parquetry: ${path.basename(root)}`;
        return new vscode.McpStdioServerDefinition(label, execPath, [script, 'mcp', root], { ...env });
      });
    },
  };
  const tell = () => changed.fire();
  context.subscriptions.push(
    changed,
    vscode.lm.registerMcpServerDefinitionProvider('parquetry', provider),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (isOfNode(change) || change.affectsConfiguration('parquetry.mcpServer')) tell();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(tell),
    vscode.workspace.onDidGrantWorkspaceTrust(tell),
  );
}
