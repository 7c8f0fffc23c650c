import { useEffect, useRef } from 'preact/hooks';
import { Button, IconButton } from '../components/controls.tsx';
import { Icon } from '../components/icon.tsx';
import { EmptyState, ErrorBanner, ProgressState } from '../components/states.tsx';
import type { Desk } from './desk.ts';
import type { Editing } from './editing.ts';
import { pathBelow } from './paths.ts';

interface EditorPaneProps {
  readonly desk: Desk;
  readonly editing: Editing;
}

/** The file that is open: its name, whether it is saved, and Monaco. */
export function EditorPane({ desk, editing }: EditorPaneProps) {
  const { file } = desk.place.value;
  if (file === undefined) return <NoFile />;
  const isUnsaved = editing.unsaved.value.has(file);
  return (
    <section class="shell-editor" aria-label="Editor">
      <header class="shell-editor-bar">
        <span class="shell-editor-file" title={file}>
          {nameIn(file, desk.pipeline.value?.folder)}
        </span>
        {isUnsaved && (
          <>
            <span class="shell-editor-unsaved" role="status">
              <Icon name="circle-filled" /> not saved
            </span>
            <Button isSecondary title="Save (Ctrl+S)" onClick={() => void editing.save()}>
              Save
            </Button>
          </>
        )}
        <IconButton icon="close" label="Close the editor" onClick={() => desk.go({ file: undefined })} />
      </header>
      <Problem editing={editing} />
      <Code editing={editing} />
    </section>
  );
}

function Problem({ editing }: { readonly editing: Editing }) {
  if (editing.problem.value === undefined) return null;
  if (!editing.isConflict.value) {
    const isThere = editing.editor.value !== undefined && editing.notShown.value === undefined;
    const action = isThere
      ? { label: 'Close', act: editing.dismiss }
      : { label: 'Try again', act: () => void editing.retry() };
    const title = editing.editor.value === undefined ? 'The editor was not loaded' : undefined;
    return <ErrorBanner {...{ title, action }} error={editing.problem.value} />;
  }
  return (
    <div class="shell-conflict" role="alert">
      <p>{messageOf(editing.problem.value)}</p>
      <Button onClick={() => void editing.reload()}>Reload from disk</Button>
      <Button isSecondary onClick={() => void editing.save({ isForced: true })}>
        Write over it
      </Button>
    </div>
  );
}

function Code({ editing }: { readonly editing: Editing }) {
  const place = useRef<HTMLDivElement>(null);
  const editor = editing.editor.value;
  useEffect(() => {
    if (place.current !== null) editor?.mount(place.current);
  }, [editor]);
  return (
    <div class="shell-editor-code" ref={place} hidden={editing.notShown.value !== undefined}>
      {editor === undefined && editing.problem.value === undefined && <ProgressState label="Loading the editor" />}
    </div>
  );
}

function NoFile() {
  return (
    <section class="shell-editor" aria-label="Editor">
      <EmptyState icon="file-code" title="No file is open">
        Choose one of the pipeline's files.
      </EmptyState>
    </section>
  );
}

function nameIn(file: string, folder: string | undefined): string {
  return (folder === undefined ? undefined : pathBelow(file, folder)) ?? file;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
