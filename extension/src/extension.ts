/** What an editor of the VS Code family calls. Activation registers; everything heavy is a process, or begins with its first use. */
export { activate, deactivate } from './vscode/activate.ts';
