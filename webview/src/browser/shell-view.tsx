import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { SplitPane } from '../components/layout.tsx';
import type { StudioLink } from '../studio-link.ts';
import type { Desk } from './desk.ts';
import type { Editing } from './editing.ts';
import { EditorPane } from './editor-pane.tsx';
import { FileList } from './file-list.tsx';
import type { ThemeSwitch } from './theme.ts';
import { TopBar } from './top-bar.tsx';

export interface ShellProps {
  readonly desk: Desk;
  readonly editing: Editing;
  readonly link: StudioLink;
  readonly theme: ThemeSwitch;
  /** The server was started anew, and has another secret. */
  readonly isStale: ReadonlySignal<boolean>;
  /** What the pages are drawn into. */
  readonly root: HTMLElement;
}

/** Where there is no room for all of them, one is shown. */
const views = ['files', 'editor', 'page'] as const;
type View = (typeof views)[number];
const viewLabels: Readonly<Record<View, string>> = { files: 'Files', editor: 'Editor', page: 'Page' };

/** Files, editor and page beside each other; one of them where it is narrow. */
export function ShellView(props: ShellProps) {
  const { desk, editing, root } = props;
  const view = useSignal<View>('page');
  const { route, file } = desk.place.value;
  useEffect(() => {
    view.value = 'page';
  }, [route]);
  useEffect(() => {
    if (file !== undefined && editing.wasAsked.value > 0) view.value = 'editor';
  }, [file, editing.wasAsked.value]);
  return (
    <div class={`shell shell-shows-${view.value}${file === undefined ? ' shell-has-no-file' : ''}`}>
      <TopBar {...props} />
      <ViewTabs view={view.value} onSelect={(next) => (view.value = next)} />
      <div class="shell-body">
        <FileList {...props} />
        <SplitPane
          label="Editor and page"
          first={<EditorPane desk={desk} editing={editing} />}
          second={<div class="shell-page" ref={(element) => element?.append(root)} />}
        />
      </div>
    </div>
  );
}

function ViewTabs({ view, onSelect }: { readonly view: View; readonly onSelect: (view: View) => void }) {
  return (
    <nav class="shell-views" aria-label="What is shown">
      {views.map((name) => (
        <button type="button" key={name} aria-pressed={name === view} onClick={() => onSelect(name)}>
          {viewLabels[name]}
        </button>
      ))}
    </nav>
  );
}
