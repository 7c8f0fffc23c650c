import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Place } from '../../../../engine/src/protocol/places.ts';
import type { PreviewFailure } from '../../../../engine/src/protocol/preview.ts';
import { EmptyState, ErrorBanner, ErrorState, ProgressState } from '../../components/states.tsx';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { useRequest, useWatch } from '../../hooks/use-request.ts';
import { isText, isTextOrNone, oneOf, shaped, useView } from '../../hooks/use-view.ts';
import type { PageProps } from '../../page.ts';
import { previewFilters } from './preview-model.ts';
import './preview.css';
import { PreviewGrids } from './preview-grids.tsx';
import { PreviewStatus } from './preview-status.tsx';
import { PreviewToolbar } from './preview-toolbar.tsx';
import { createPreviewView, type ShownRecords } from './preview-view.ts';
import { SaveTest } from './save-test.tsx';

const allRecords: ShownRecords = { filter: 'all', search: '' };
const isShownRecords = shaped<ShownRecords>({ filter: oneOf(previewFilters), search: isText });

/** Samples through the pipeline as it is being written: input beside output, and what became of every record. */
export function PreviewPage(props: PageProps<'preview'>) {
  const { route, studio, shell, hasEditor } = props;
  const { folder, environment } = route;
  const [shown, setShown] = useView<ShownRecords>('records', allRecords, isShownRecords);
  const view = useMemo(() => createPreviewView(shown, setShown), []);
  const [chosen, setSample] = useView<string | undefined>('sample', undefined, isTextOrNone);
  const [isSaving, setSaving] = useState(false);
  const attempt = useAttempt();
  const pipelines = useRequest(studio, 'workspace.pipelines', {});
  const entry = pipelines.value?.pipelines.find((pipeline) => pipeline.folder === folder);
  // A sample that is gone since is no reason to show nothing.
  const sample = entry === undefined || entry.samples.includes(chosen ?? '') ? chosen : undefined;
  const params = { folder, environment, samples: sample === undefined ? undefined : [sample] };
  const { value: state, error } = useWatch(studio, 'preview.watch', params);
  useEffect(() => {
    if (state?.result !== undefined) view.accept(state.result);
  }, [state?.result, view]);

  const onDebug = props.hasDebugger
    ? (record: number) => attempt(shell.request('shell.debug', { folder, environment, sample, record }))
    : undefined;
  const reveal = hasEditor ? (place: Place) => attempt(shell.request('shell.reveal', { place })) : undefined;
  const model = view.model.value;
  const failure = error ?? state?.failure;
  return (
    <div class="preview">
      <PreviewToolbar {...props} {...{ entry, view, sample, setSample, onDebug }} onSave={() => setSaving(true)} />
      {isSaving && <SaveTest {...{ studio, shell, view, params }} onDone={() => setSaving(false)} />}
      {failure !== undefined && model !== undefined && (
        <ErrorBanner error={failure} title={failureTitle(failure)} reveal={reveal} />
      )}
      <div class="preview-body">
        {model === undefined && failure !== undefined && (
          <ErrorState error={failure} title={failureTitle(failure)} reveal={reveal} />
        )}
        {model === undefined && failure === undefined && <ProgressState label="Compiling and running the samples" />}
        {model !== undefined && model.result.records === 0 && (
          <EmptyState
            icon="beaker"
            title="There are no sample records"
            action={{
              label: 'Take samples',
              act: () => attempt(shell.request('shell.open', { route: { page: 'samples', folder, environment } })),
            }}
          >
            Samples are files in the pipeline’s <code>samples</code> folder. Take some from a queue, an object or a
            file.
          </EmptyState>
        )}
        {model !== undefined && model.result.records > 0 && (
          <PreviewGrids {...{ view, model, reveal }} copy={(text) => attempt(shell.request('shell.copy', { text }))} />
        )}
      </div>
      <PreviewStatus model={model} state={state} />
    </div>
  );
}

/** A failed run leaves the last good one in place, which must be said. */
function failureTitle(failure: unknown): string {
  const { record } = failure as Partial<PreviewFailure>;
  return record === undefined ? 'The pipeline does not run as it is' : `Record ${record + 1} stopped the run`;
}
