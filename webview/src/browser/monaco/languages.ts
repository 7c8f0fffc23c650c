import type { TextEdit } from '../../../../engine/src/protocol/places.ts';
import { isFor } from '../../../../engine/src/protocol/text-mark.ts';
import type { Completion } from '../../../../engine/src/protocol/workspace.ts';
import type { StudioLink } from '../../studio-link.ts';
import type { Monaco } from './load-monaco.ts';
import type { Marks } from './marks.ts';

export interface Languages {
  /** Asks the engine what is wrong with a pipeline and what types its transform; an engine that is gone changes nothing. */
  check(folder: string, environment?: string): Promise<void>;
}

/** Has the engine answer what Monaco asks of pipeline files, and give the types of transforms. */
export function provideLanguages(monaco: typeof Monaco, link: StudioLink, marks: Marks): Languages {
  setUpTypeScript(monaco);
  monaco.languages.registerCompletionItemProvider('yaml', completions(monaco, link));
  monaco.languages.registerHoverProvider('yaml', hovers(link));
  monaco.languages.registerCodeActionProvider(['yaml', 'typescript'], quickFixes(monaco, marks));

  async function mark(folder: string, environment: string | undefined): Promise<void> {
    const { diagnoses } = await link.peer.value.request('language.check', { folder, environment });
    marks.set('check', diagnoses);
  }

  async function type(folder: string): Promise<void> {
    const { files } = await link.peer.value.request('language.types', { folder });
    const libraries = files.map(({ path, text }) => ({ content: text, filePath: monaco.Uri.file(path).toString() }));
    const known = Object.entries(monaco.typescriptDefaults.getExtraLibs());
    const isSame =
      known.length === libraries.length &&
      known.every(([path, { content }]) =>
        libraries.some((library) => library.filePath === path && library.content === content),
      );
    if (!isSame) monaco.typescriptDefaults.setExtraLibs(libraries);
  }

  return {
    async check(folder, environment) {
      await Promise.allSettled([mark(folder, environment), type(folder)]);
    },
  };
}

/** As `parquetry` compiles transforms: no DOM, no Node, every module by its path. */
function setUpTypeScript(monaco: typeof Monaco): void {
  const { typescriptDefaults } = monaco;
  typescriptDefaults.setCompilerOptions({
    target: monaco.ScriptTarget.ESNext,
    module: monaco.ModuleKind.ESNext,
    moduleResolution: monaco.ModuleResolutionKind.NodeJs,
    lib: ['esnext'],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    allowNonTsExtensions: true,
    types: [],
  });
  typescriptDefaults.setEagerModelSync(true);
}

function completions(monaco: typeof Monaco, link: StudioLink): Monaco.languages.CompletionItemProvider {
  const { CompletionItemKind, CompletionItemInsertTextRule } = monaco.languages;
  const kinds = {
    property: CompletionItemKind.Property,
    value: CompletionItemKind.Value,
    snippet: CompletionItemKind.Snippet,
  };
  const itemOf = (item: Completion, line: number): Monaco.languages.CompletionItem => ({
    label: item.label,
    kind: kinds[item.kind],
    detail: item.detail,
    documentation: item.documentation === undefined ? undefined : { value: item.documentation },
    insertText: item.insertText,
    insertTextRules: CompletionItemInsertTextRule.InsertAsSnippet,
    range: {
      startLineNumber: line,
      startColumn: item.startColumn,
      endLineNumber: line,
      endColumn: item.endColumn,
    },
  });
  return {
    triggerCharacters: [' ', ':', '{', ',', '['],
    async provideCompletionItems(model, { lineNumber, column }) {
      const at = { file: model.uri.fsPath, line: lineNumber, column };
      const { items } = await link.peer.value.request('language.complete', at).catch(() => ({ items: [] }));
      return { suggestions: items.map((item) => itemOf(item, lineNumber)) };
    },
  };
}

function hovers(link: StudioLink): Monaco.languages.HoverProvider {
  return {
    async provideHover(model, { lineNumber, column }) {
      const at = { file: model.uri.fsPath, line: lineNumber, column };
      const found = await link.peer.value.request('language.hover', at).catch(() => undefined);
      return found && { contents: [{ value: found.markdown }] };
    },
  };
}

function quickFixes(monaco: typeof Monaco, marks: Marks): Monaco.languages.CodeActionProvider {
  return {
    provideCodeActions(model, _range, { markers }) {
      const actions = markers.flatMap((marker) =>
        (marks.diagnosisAt(model, marker)?.fixes ?? [])
          .filter(({ edits }) => edits.every((edit) => isCurrent(monaco, edit)))
          .map(({ title, edits }) => ({
            title,
            kind: 'quickfix',
            diagnostics: [marker],
            edit: { edits: edits.map((edit) => workspaceEdit(monaco, edit)) },
          })),
      );
      return { actions, dispose() {} };
    },
  };
}

/** What was typed since the last check is not what a fix was computed for. */
function isCurrent(monaco: typeof Monaco, edit: TextEdit): boolean {
  const model = monaco.editor.getModel(monaco.Uri.file(edit.file));
  return model === null || isFor(edit, model.getValue());
}

function workspaceEdit(monaco: typeof Monaco, edit: TextEdit): Monaco.languages.IWorkspaceTextEdit {
  const { file, startLine, startColumn, endLine, endColumn, newText } = edit;
  const resource = monaco.Uri.file(file);
  return {
    resource,
    versionId: monaco.editor.getModel(resource)?.getVersionId(),
    textEdit: {
      range: { startLineNumber: startLine, startColumn, endLineNumber: endLine, endColumn },
      text: newText,
    },
  };
}
