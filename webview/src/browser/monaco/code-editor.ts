import type { PreviewState } from '../../../../engine/src/protocol/preview.ts';
import { previewDiagnoses } from '../../../../engine/src/protocol/preview-diagnoses.ts';
import type { ProfileResult } from '../../../../engine/src/protocol/profile.ts';
import { fileName } from '../../components/place-link.tsx';
import type { StudioLink } from '../../studio-link.ts';
import type { ThemeSwitch } from '../theme.ts';
import { createDocuments, type Documents } from './documents.ts';
import { followTheme } from './editor-theme.ts';
import { provideLanguages } from './languages.ts';
import { createLineCosts } from './line-costs.ts';
import { loadMonaco, type Monaco } from './load-monaco.ts';
import { createMarks } from './marks.ts';

export interface Position {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly length?: number;
}

/** The editor of the page: one, that shows one file after the other. */
export interface CodeEditor {
  readonly documents: Documents;
  /** Puts it into an element, in place of where it was. */
  mount(element: HTMLElement): void;
  /** Shows a file as it was left, or at a position. */
  show(file: string, position?: Position): Promise<void>;
  /** Looks at the pipeline again: types of its transform, mistakes in its files. */
  check(folder: string, environment?: string): Promise<void>;
  /** Something that a page was answered: marks what a preview found, and the lines that a profile found hot. */
  observe(method: string, value: unknown): void;
}

export interface CodeEditorOptions {
  readonly link: StudioLink;
  readonly theme: ThemeSwitch;
  /** Ctrl+S, or Cmd+S. */
  readonly onSave: () => void;
  /** A text changed. */
  readonly onChange: () => void;
}

/** Loads Monaco and makes the editor. */
export async function createCodeEditor({ link, theme, onSave, onChange }: CodeEditorOptions): Promise<CodeEditor> {
  const monaco = await loadMonaco();
  followTheme(monaco, theme);
  const marks = createMarks(monaco);
  const languages = provideLanguages(monaco, link, marks);
  const holder = document.createElement('div');
  holder.className = 'shell-code';
  const editor = monaco.editor.create(holder, { ...editorOptions, model: null });
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, onSave);
  const lineCosts = createLineCosts(monaco, editor);
  const documents = createDocuments(monaco, link, (file) => {
    lineCosts.forget(file);
    onChange();
  });
  /** The file that was asked for last. */
  let wanted: string | undefined;
  const views = new Map<Monaco.editor.ITextModel, Monaco.editor.ICodeEditorViewState | null>();

  return {
    documents,
    mount(element) {
      element.append(holder);
      editor.layout();
    },
    async show(file, position) {
      wanted = file;
      const model = await documents.open(file);
      if (wanted !== file) return; // another one since: what comes later must not take its place
      const before = editor.getModel();
      if (before !== model) {
        if (before) views.set(before, editor.saveViewState());
        editor.setModel(model);
        editor.restoreViewState(views.get(model) ?? null);
        editor.updateOptions({ ariaLabel: `Editor of ${fileName(file)}` });
      }
      if (position) reveal(editor, position);
    },
    check: languages.check,
    observe(method, value) {
      if (method === 'preview.watch' && has<PreviewState>(value, 'revision'))
        marks.set('preview', previewDiagnoses(value));
      if (method === 'profile.run' && has<ProfileResult>(value, 'advice')) lineCosts.show(value.lines);
    },
  };
}

/** A request shows other things than it gives in the end. */
function has<Value extends object>(value: unknown, key: keyof Value & string): value is Value {
  return typeof value === 'object' && value !== null && key in value;
}

const editorOptions: Monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSize: 12,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  fixedOverflowWidgets: true,
  tabSize: 2,
  padding: { top: 8, bottom: 8 },
  lineNumbersMinChars: 3,
  scrollbar: { horizontalScrollbarSize: 8, verticalScrollbarSize: 10 },
  renderLineHighlight: 'line',
  stickyScroll: { enabled: false },
  // Messages of a record's errors are long.
  hover: { above: false },
};

function reveal(editor: Monaco.editor.IStandaloneCodeEditor, { line, column, length = 0 }: Position): void {
  editor.setSelection({
    startLineNumber: line,
    startColumn: column,
    endLineNumber: line,
    endColumn: column + length,
  });
  editor.revealLineInCenterIfOutsideViewport(line);
  editor.focus();
}
