import type { ToolDefinition } from '../../../engine/src/protocol/tools.ts';

/** What an editor shows of a call of a tool; with a question, it is not made before a person has agreed. */
export interface Invocation {
  readonly message: string;
  readonly question?: { readonly title: string; readonly json: string };
}

/** Whatever changes anything is asked for each time, with all that the model gave. */
export function invocationOf({ title, isReadOnly }: ToolDefinition, input: object): Invocation {
  const message = `${title}…`;
  if (isReadOnly) return { message };
  return { message, question: { title: `${title}?`, json: JSON.stringify(input, null, 2) } };
}
