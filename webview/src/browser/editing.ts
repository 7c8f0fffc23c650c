import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { ProtocolError } from '../../../engine/src/protocol/protocol-error.ts';
import { kindOf } from '../components/file-kind.ts';
import type { StudioLink } from '../studio-link.ts';
import type { Desk } from './desk.ts';
import { folderOf } from './location.ts';
import type { CodeEditor, Position } from './monaco/code-editor.ts';
import { isBelow } from './paths.ts';
import type { EditorPort } from './shell-answers.ts';
import type { ThemeSwitch } from './theme.ts';

/** How long after the last change a pipeline is checked. */
const CHECK_AFTER_MS = 300;

/** The editor as the shell uses it: loaded with the first file, and showing the one that the address names. */
export interface Editing extends EditorPort {
  /** Undefined until a file is opened first. */
  readonly editor: ReadonlySignal<CodeEditor | undefined>;
  readonly unsaved: ReadonlySignal<ReadonlySet<string>>;
  /** What went wrong with the last thing that the editor was asked to do. */
  readonly problem: ReadonlySignal<unknown>;
  /** The file on disk is not the one that was opened: save over it, or reload it. */
  readonly isConflict: ReadonlySignal<boolean>;
  /** Counts how often the editor was asked for by name: where there is room for one thing, it is shown then. */
  readonly wasAsked: ReadonlySignal<number>;
  ask(): void;
  /** A file that could not be read, or is no text: what is in the editor is another one. */
  readonly notShown: ReadonlySignal<string | undefined>;
  /** Loads the editor and the file once more. */
  retry(): Promise<void>;
  save(options?: { readonly isForced?: boolean }): Promise<void>;
  /** Every file of a folder; rejects with the first that cannot be. */
  saveAll(folder: string): Promise<void>;
  reload(): Promise<void>;
  dismiss(): void;
  /** Something that a page was answered. */
  observe(method: string, value: unknown): void;
}

export function startEditing(desk: Desk, link: StudioLink, theme: ThemeSwitch): Editing {
  const editor = signal<CodeEditor | undefined>(undefined);
  const unsaved = signal<ReadonlySet<string>>(new Set());
  const problem = signal<unknown>(undefined);
  const isConflict = signal(false);
  const wasAsked = signal(0);
  const notShown = signal<string | undefined>(undefined);
  let loading: Promise<CodeEditor> | undefined;
  let position: Position | undefined;
  let checking: ReturnType<typeof setTimeout> | undefined;

  function load(): Promise<CodeEditor> {
    loading ??= import('./monaco/code-editor.ts').then(async ({ createCodeEditor }) => {
      const made = await createCodeEditor({ link, theme, onSave: () => void save(), onChange: checkSoon });
      effect(() => {
        unsaved.value = made.documents.unsaved.value;
      });
      editor.value = made;
      return made;
    });
    // A server that is being started anew has it a moment later.
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  }

  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      problem.value = undefined;
    } catch (error) {
      isConflict.value = error instanceof ProtocolError && error.code === 'E_CONFLICT';
      problem.value = error;
    }
  }

  function checkSoon(): void {
    clearTimeout(checking);
    checking = setTimeout(() => {
      const { route } = desk.place.value;
      const folder = desk.pipeline.value?.folder;
      const environment = folderOf(route) === folder && 'environment' in route ? route.environment : undefined;
      if (folder !== undefined) void editor.value?.check(folder, environment);
    }, CHECK_AFTER_MS);
  }

  async function save({ isForced = false } = {}): Promise<void> {
    const { file } = desk.place.value;
    if (file === undefined) return;
    await attempt(async () => {
      await (await load()).documents.save(file, { isForced });
      await desk.refresh();
    });
  }

  async function show(file: string): Promise<void> {
    const at = position;
    position = undefined;
    await attempt(async () => {
      const loaded = await load();
      try {
        await loaded.show(file, at);
        notShown.value = undefined;
      } catch (error) {
        notShown.value = file;
        throw error;
      }
      checkSoon();
    });
  }

  effect(() => {
    const { file } = desk.place.value;
    if (file !== undefined) untracked(() => void show(file));
  });
  effect(() => {
    // An engine that is new knows nothing of what is not saved.
    link.peer.value;
    editor.peek()?.documents.tellAll();
    checkSoon();
  });
  addEventListener('beforeunload', (event) => {
    if (unsaved.value.size > 0) event.preventDefault();
  });

  return {
    editor,
    unsaved,
    problem,
    isConflict,
    wasAsked,
    notShown,
    async retry() {
      const { file } = desk.place.value;
      if (file !== undefined) await show(file);
    },
    ask() {
      wasAsked.value++;
    },
    save,
    async saveAll(folder) {
      for (const file of unsaved.value) {
        if (isBelow(file, folder)) await editor.value?.documents.save(file);
      }
    },
    async reload() {
      const { file } = desk.place.value;
      if (file !== undefined) await attempt(async () => (await load()).documents.reload(file));
    },
    async reveal({ file, ...at }) {
      if (kindOf(file) === 'parquet') {
        desk.go({ route: { page: 'parquet', uri: file } });
        return;
      }
      // Who asks is told of a file that is gone, or no text, and what is in the editor stays.
      await (await load()).documents.open(file);
      wasAsked.value++;
      if (desk.place.value.file !== file) {
        position = at;
        desk.go({ file });
      } else await (await load()).show(file, at);
    },
    apply: async (edits) => (await load()).documents.apply(edits),
    dismiss() {
      problem.value = undefined;
    },
    observe: (method, value) => editor.value?.observe(method, value),
  };
}
