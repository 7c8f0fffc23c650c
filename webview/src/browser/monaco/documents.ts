import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { TextEdit } from '../../../../engine/src/protocol/places.ts';
import { ProtocolError } from '../../../../engine/src/protocol/protocol-error.ts';
import { changedSince, isFor } from '../../../../engine/src/protocol/text-mark.ts';
import type { StudioLink } from '../../studio-link.ts';
import type { Monaco } from './load-monaco.ts';

type Model = Monaco.editor.ITextModel;

interface Document {
  readonly model: Model;
  /** What is on disk, as far as this page knows. */
  saved: string;
}

/** The files that are open in the editor. Their texts are the engine's as they are typed, and the disk's when they are saved. */
export interface Documents {
  /** Rejects if the file cannot be read. */
  open(file: string): Promise<Model>;
  /** Absolute paths of files with changes that are not saved. */
  readonly unsaved: ReadonlySignal<ReadonlySet<string>>;
  /** Rejects with E_CONFLICT where the file changed on disk; `isForced` writes over it. */
  save(file: string, options?: { readonly isForced?: boolean }): Promise<void>;
  /** Back to what is on disk. */
  reload(file: string): Promise<void>;
  /** As one step to undo in each file. Rejects with E_CONFLICT, and changes nothing, where one was computed for another text. */
  apply(edits: readonly TextEdit[]): Promise<void>;
  /** Tells an engine that is new what is not saved. */
  tellAll(): void;
}

export function createDocuments(monaco: typeof Monaco, link: StudioLink, onChange: (file: string) => void): Documents {
  const open = new Map<string, Promise<Document>>();
  const unsaved = signal<ReadonlySet<string>>(new Set());

  function mark(file: string, isUnsaved: boolean): void {
    if (unsaved.value.has(file) === isUnsaved) return;
    const next = new Set(unsaved.value);
    if (isUnsaved) next.add(file);
    else next.delete(file);
    unsaved.value = next;
  }

  async function read(file: string, isNewAllowed: boolean): Promise<Document> {
    const reading = link.peer.value.request('workspace.read', { file });
    const { text, saved = text } = await reading.catch((error: unknown) => {
      if (isNewAllowed && error instanceof ProtocolError && error.code === 'E_NOT_FOUND')
        return { text: '', saved: '' };
      throw error;
    });
    const model = monaco.editor.createModel(text, languageOf(file), monaco.Uri.file(file));
    const document: Document = { model, saved };
    mark(file, saved !== text);
    model.onDidChangeContent(() => {
      tell(file, document);
      onChange(file);
    });
    return document;
  }

  /** An engine that is gone is told when it is back. */
  function tell(file: string, { model, saved }: Document): void {
    const text = model.getValue();
    mark(file, text !== saved);
    const overlay = text === saved ? null : text;
    link.peer.value.request('workspace.overlay', { file, text: overlay }).catch(() => {});
  }

  function document(file: string, { isNewAllowed = false } = {}): Promise<Document> {
    const known = open.get(file);
    if (known) return known;
    const reading = read(file, isNewAllowed);
    open.set(file, reading);
    reading.catch(() => open.delete(file));
    return reading;
  }

  return {
    unsaved: computed(() => unsaved.value),
    open: async (file) => (await document(file)).model,
    async save(file, { isForced = false } = {}) {
      const found = await document(file);
      const text = found.model.getValue();
      const was = isForced ? undefined : found.saved;
      await link.peer.value.request('workspace.write', { file, text, was });
      found.saved = text;
      // Typing goes on while it is written.
      tell(file, found);
    },
    async reload(file) {
      const found = await document(file);
      await link.peer.value.request('workspace.overlay', { file, text: null });
      const { text } = await link.peer.value.request('workspace.read', { file });
      found.saved = text;
      found.model.setValue(text);
      tell(file, found);
    },
    async apply(edits) {
      const files = await Promise.all(
        [...Map.groupBy(edits, ({ file }) => file)].map(async ([file, changes]) => {
          return { file, changes, model: (await document(file, { isNewAllowed: true })).model };
        }),
      );
      // From here on nobody types between the check and the change.
      for (const { file, changes, model } of files) {
        const text = model.getValue();
        if (!changes.every((edit) => isFor(edit, text))) throw changedSince(file);
      }
      for (const { changes, model } of files) {
        model.pushStackElement();
        model.pushEditOperations(null, changes.map(operationOf), () => null);
        model.pushStackElement();
      }
    },
    tellAll() {
      for (const file of unsaved.value) void document(file).then((found) => tell(file, found));
    },
  };
}

function operationOf(edit: TextEdit): Monaco.editor.IIdentifiedSingleEditOperation {
  const { startLine, startColumn, endLine, endColumn, newText } = edit;
  const range = { startLineNumber: startLine, startColumn, endLineNumber: endLine, endColumn };
  return { range, text: newText };
}

const languages: Readonly<Record<string, string>> = {
  ts: 'typescript',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'javascript',
  ndjson: 'javascript',
  jsonl: 'javascript',
  md: 'markdown',
};

function languageOf(file: string): string {
  return languages[file.slice(file.lastIndexOf('.') + 1)] ?? 'plaintext';
}
