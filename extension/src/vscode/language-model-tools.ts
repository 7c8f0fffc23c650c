import * as vscode from 'vscode';
import { type ToolDefinition, toolDefinitions } from '../../../engine/src/protocol/tools.ts';
import { invocationOf } from '../tools/invocation.ts';
import { signalOf } from './language-features.ts';
import type { Studio } from './studio.ts';

/** The engine's tools for language models. What changes anything is confirmed by a person, each time. */
export function registerTools(studio: Studio): void {
  if (typeof vscode.lm?.registerTool !== 'function') return; // not every editor of the family has them
  for (const tool of toolDefinitions) {
    studio.context.subscriptions.push(vscode.lm.registerTool(tool.name, toolOf(studio, tool)));
  }
}

function toolOf({ ask }: Studio, tool: ToolDefinition): vscode.LanguageModelTool<object> {
  return {
    prepareInvocation({ input }) {
      const { message: invocationMessage, question } = invocationOf(tool, input);
      if (question === undefined) return { invocationMessage };
      const message = new vscode.MarkdownString().appendCodeblock(question.json, 'json');
      return { invocationMessage, confirmationMessages: { title: question.title, message } };
    },
    async invoke({ input }, token) {
      const { text } = await ask('tools.call', { name: tool.name, input }, { signal: signalOf(token) });
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    },
  };
}
