import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import { IconButton } from '../components/controls.tsx';
import { kindOf } from '../components/file-kind.ts';
import { Icon } from '../components/icon.tsx';
import { previewOf } from './desk.ts';
import { hashOf, type Place } from './location.ts';
import { pathBelow } from './paths.ts';
import type { ShellProps } from './shell-view.tsx';

/** The pipelines, and the files of the one that is looked at. */
export function FileList(props: ShellProps) {
  const { desk } = props;
  return (
    <nav class="shell-files" aria-label="Files" onKeyDown={moveByArrows}>
      <header class="shell-files-header">
        <h2>Pipelines</h2>
        <IconButton icon="refresh" label="Look again" onClick={desk.look} />
      </header>
      <ul class="shell-file-list">
        {desk.pipelines.value?.map((entry) => (
          <li key={entry.folder}>
            <Pipeline entry={entry} {...props} />
          </li>
        ))}
      </ul>
      {desk.pipelines.value?.length === 0 && (
        <p class="shell-files-none dim">
          There is no <code>pipeline.yaml</code> here yet.
        </p>
      )}
    </nav>
  );
}

function Pipeline({ entry, desk, editing }: ShellProps & { readonly entry: PipelineEntry }) {
  const isOpen = desk.pipeline.value?.folder === entry.folder;
  const preview = { route: previewOf(entry), file: entry.transform ?? entry.file };
  return (
    <>
      <a class="shell-file-row shell-file-pipeline" href={hashOf(preview)} aria-expanded={isOpen}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        <span class="shell-file-name">{entry.name}</span>
      </a>
      {isOpen && (
        <ul class="shell-file-list">
          {inOrder(desk.files.value, entry).map((file) => (
            <li key={file}>
              <File file={file} {...{ entry, desk, editing }} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type FileProps = Pick<ShellProps, 'desk' | 'editing'> & { readonly file: string; readonly entry: PipelineEntry };

function File({ file, entry, desk, editing }: FileProps) {
  const { place } = desk;
  const target = { ...place.value, ...targetOf(file, entry) };
  return (
    <a
      class="shell-file-row shell-file-file"
      href={hashOf(target)}
      aria-current={file === place.value.file ? 'true' : undefined}
      onClick={() => kindOf(file) === 'text' && editing.ask()}
    >
      <Icon name={iconOf(file)} />
      <span class="shell-file-name">{pathBelow(file, entry.folder) ?? file}</span>
      {editing.unsaved.value.has(file) && (
        <span class="shell-file-unsaved" title="not saved">
          <Icon name="circle-filled" />
          <span class="unseen">not saved</span>
        </span>
      )}
    </a>
  );
}

/** Text is edited. What is packed is a sample, most often, and the page of samples says what it holds. */
function targetOf(file: string, { folder }: PipelineEntry): Partial<Place> {
  const kind = kindOf(file);
  if (kind === 'text') return { file };
  return { route: kind === 'parquet' ? { page: 'parquet', uri: file, folder } : { page: 'samples', folder } };
}

/** What is worked on first, then what is below. */
function inOrder(files: readonly string[], { file, transform }: PipelineEntry): readonly string[] {
  const first = [file, transform].filter((one) => one !== undefined && files.includes(one)) as string[];
  return [...first, ...files.filter((one) => !first.includes(one))];
}

function iconOf(file: string): string {
  const kind = kindOf(file);
  if (kind !== 'text') return kind === 'parquet' ? 'table' : 'file-zip';
  if (file.endsWith('.ts')) return 'symbol-method';
  if (/\.ya?ml$/.test(file)) return 'settings';
  if (/\.(nd)?json(l)?$/.test(file)) return 'json';
  return file.endsWith('.md') ? 'markdown' : 'file';
}

/** Up and down, as in a tree; tab leaves as everywhere. */
function moveByArrows(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = Array.from((event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.shell-file-row'));
  rows[rows.indexOf(document.activeElement as HTMLElement) + step]?.focus();
  event.preventDefault();
}
