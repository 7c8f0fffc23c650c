import { useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { PreviewParams } from '../../../../engine/src/protocol/preview.ts';
import type { ShellMethods } from '../../../../engine/src/protocol/shell.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Button, TextField } from '../../components/controls.tsx';
import { Toolbar } from '../../components/layout.tsx';
import { ErrorBanner } from '../../components/states.tsx';
import { selectedRecord } from './preview-toolbar.tsx';
import type { PreviewView } from './preview-view.ts';

export interface SaveTestProps {
  readonly studio: Peer<StudioMethods>;
  readonly shell: Peer<ShellMethods>;
  readonly view: PreviewView;
  readonly params: PreviewParams;
  readonly onDone: () => void;
}

/** Asks for a name, and adds the selected record with what it gives now to the pipeline's tests, through the editor. */
export function SaveTest({ studio, shell, view, params, onDone }: SaveTestProps) {
  const record = selectedRecord(view);
  const [name, setName] = useState<string>();
  const [error, setError] = useState<unknown>();
  if (record === undefined) return null;
  const shownName = name ?? `record ${record + 1}`;

  const save = async () => {
    try {
      const { file, line, edits } = await studio.request('preview.saveTest', { ...params, record, name: shownName });
      const { isApplied } = await shell.request('shell.edit', { edits, title: `Save “${shownName}” as a test` });
      if (isApplied) await shell.request('shell.reveal', { place: { file, line, column: 1 } });
      onDone();
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <>
      <Toolbar label="Save as a test">
        <span>A test that expects of record {record + 1} what it gives now, called</span>
        <TextField label="Name of the test" value={shownName} onInput={setName} onEnter={save} />
        <Button isDisabled={shownName.trim() === ''} onClick={save}>
          Save
        </Button>
        <Button isSecondary onClick={onDone}>
          Cancel
        </Button>
      </Toolbar>
      {error !== undefined && <ErrorBanner error={error} title="The test was not saved" />}
    </>
  );
}
