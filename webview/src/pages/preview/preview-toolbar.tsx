import type { PipelineEntry } from '../../../../engine/src/protocol/workspace.ts';
import { Button, IconButton, Select, TextField } from '../../components/controls.tsx';
import { EnvironmentSelect } from '../../components/environment-select.tsx';
import { Tabs, Toolbar } from '../../components/layout.tsx';
import { fileName } from '../../components/place-link.tsx';
import { countText } from '../../components/quantities.ts';
import type { PageProps } from '../../page.ts';
import type { PreviewFilter } from './preview-model.ts';
import type { PreviewView } from './preview-view.ts';

export interface PreviewToolbarProps extends PageProps<'preview'> {
  readonly entry?: PipelineEntry;
  readonly view: PreviewView;
  /** The one file that is looked at; undefined: all. */
  readonly sample?: string;
  readonly setSample: (file: string | undefined) => void;
  /** Save the selected record as a test. */
  readonly onSave: () => void;
  /** Step through the transform with the selected record; absent where nothing can. */
  readonly onDebug?: (record: number) => void;
}

const filterLabels: readonly (readonly [PreviewFilter, string])[] = [
  ['all', 'All'],
  ['changed', 'Changed'],
  ['dropped', 'Dropped'],
  ['dead-lettered', 'Dead-lettered'],
];

/** Which pipeline, which samples, and which of their records. */
export function PreviewToolbar({
  route,
  navigate,
  hasEditor,
  entry,
  view,
  sample,
  setSample,
  onSave,
  onDebug,
}: PreviewToolbarProps) {
  const counts = view.model.value?.counts;
  const record = selectedRecord(view);
  return (
    <Toolbar
      label="Preview"
      end={
        <>
          <TextField
            label="Search in all cells"
            placeholder="Search"
            icon="search"
            type="search"
            value={view.search.value}
            onInput={(search) => view.show(view.filter.value, search)}
          />
          <Button
            isSecondary
            icon="beaker"
            isDisabled={record === undefined}
            onClick={onSave}
            title={record === undefined ? 'Choose a record first' : `Expect of record ${record + 1} what it gives now`}
          >
            Save as a test
          </Button>
          {onDebug !== undefined && (
            <IconButton
              icon="debug-alt"
              label={record === undefined ? 'Debug: choose a record first' : `Debug record ${record + 1}`}
              isDisabled={record === undefined}
              onClick={() => record !== undefined && onDebug(record)}
            />
          )}
          {hasEditor && (
            <IconButton
              icon={route.isLocked ? 'lock' : 'unlock'}
              label={route.isLocked ? 'Locked to this pipeline' : 'Lock to this pipeline'}
              isPressed={route.isLocked === true}
              onClick={() => navigate({ ...route, isLocked: !route.isLocked })}
            />
          )}
        </>
      }
    >
      <h1 class="preview-name">{entry?.name ?? fileName(route.folder)}</h1>
      {entry !== undefined && (
        <EnvironmentSelect
          environments={entry.environments}
          value={route.environment}
          onChange={(environment) => navigate({ ...route, environment })}
        />
      )}
      {entry !== undefined && entry.samples.length > 1 && (
        <Select
          label="Samples"
          value={sample ?? ''}
          options={[
            { value: '', label: `all ${entry.samples.length} samples` },
            ...entry.samples.map((file) => ({ value: file, label: fileName(file) })),
          ]}
          onChange={(file) => setSample(file || undefined)}
        />
      )}
      <Tabs
        label="Records"
        selected={view.filter.value}
        tabs={filterLabels.map(([id, label]) => ({ id, label, count: counts && countText(counts[id]) }))}
        onSelect={(filter) => view.show(filter, view.search.value)}
      />
    </Toolbar>
  );
}

/** The record of the cell that is active, on whichever side. */
export function selectedRecord({ inputSelection, outputSelection, lines }: PreviewView): number | undefined {
  const row = (outputSelection.value ?? inputSelection.value)?.row;
  return row === undefined ? undefined : lines.value.record[row];
}
