import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Peer } from '../../../engine/src/protocol/peer.ts';
import type { Place } from '../../../engine/src/protocol/places.ts';
import { ProtocolError } from '../../../engine/src/protocol/protocol-error.ts';
import type { ShellMethods } from '../../../engine/src/protocol/shell.ts';
import type { StudioMethods } from '../../../engine/src/protocol/studio-methods.ts';
import { useAttempt } from '../hooks/use-attempt.ts';
import type { MeasurementState } from '../hooks/use-measurement.ts';
import { MeasureToolbar } from './measure-toolbar.tsx';
import { ErrorBanner, ErrorState, ProgressState } from './states.tsx';

/** What figures may lead to: a place in the user's files, or a change to them. */
export interface MeasureActions {
  readonly shell: Peer<ShellMethods>;
  /** Absent where the shell has no editor. */
  readonly reveal?: (place: Place) => void;
  /** A fix of these figures is in the file: the others were computed for a text that is gone. */
  readonly isOutdated: boolean;
  /** A fix is in the file: what it changed is measured again. */
  readonly onApplied: () => void;
  readonly onError: (error: unknown) => void;
}

export interface MeasurePageProps<Value> {
  /** What is measured: "Profile". */
  readonly label: string;
  /** Above the reason why there are no figures. */
  readonly failure: string;
  /** What is said as long as nothing has begun. Default: "Starting". */
  readonly waiting?: string;
  readonly folder: string;
  readonly environment?: string;
  readonly setEnvironment: (name: string | undefined) => void;
  readonly studio: Peer<StudioMethods>;
  readonly shell: Peer<ShellMethods>;
  readonly hasEditor: boolean;
  readonly measurement: MeasurementState<Value>;
  /** More controls, behind the environment. */
  readonly controls?: ComponentChildren;
  /** The figures, once there are any; the last ones stay while they are measured again. */
  readonly children: (value: Value, actions: MeasureActions) => ComponentChildren;
}

/** The frame of pages that measure a pipeline: which one, how far that is, why it failed, and the figures. */
export function MeasurePage<Value>(props: MeasurePageProps<Value>) {
  const { label, waiting = 'Starting', folder, environment, shell, hasEditor, measurement, controls, children } = props;
  const { value, error, step, again } = measurement;
  const attempt = useAttempt();
  const [notApplied, setNotApplied] = useState<unknown>();
  /** Figures that came before the newest change: nothing of them is applied any more. */
  const [outdated, setOutdated] = useState<Value>();
  const reveal = hasEditor ? (place: Place) => attempt(shell.request('shell.reveal', { place })) : undefined;
  const isOutdated = value !== undefined && value === outdated;
  const onApplied = () => {
    setNotApplied(undefined);
    setOutdated(() => value);
    again();
  };
  const onError = (thrown: unknown) => {
    setNotApplied(thrown);
    if (!isConflict(thrown)) return;
    setOutdated(() => value);
    again();
  };
  return (
    <div class="measure">
      <MeasureToolbar {...props} {...{ step, again }}>
        {controls}
      </MeasureToolbar>
      {value !== undefined && error !== undefined && (
        <ErrorBanner title={`${label}: the figures are older than the pipeline`} {...{ error, reveal }} />
      )}
      {notApplied !== undefined && (
        <ErrorBanner
          title={`The pipeline file was not changed${isConflict(notApplied) ? '; it is measured again' : ''}`}
          error={notApplied}
          reveal={reveal}
        />
      )}
      <div class="measure-body">
        {value !== undefined && (
          <div class="measure-content">{children(value, { shell, reveal, isOutdated, onApplied, onError })}</div>
        )}
        {value === undefined && error === undefined && (
          <ProgressState label={step?.step ?? waiting} share={step?.share} />
        )}
        {value === undefined && error !== undefined && (
          <ErrorState
            title={props.failure}
            action={
              isNotFound(error)
                ? {
                    label: 'Take samples',
                    act: () =>
                      attempt(shell.request('shell.open', { route: { page: 'samples', folder, environment } })),
                  }
                : { label: 'Try again', act: again }
            }
            {...{ error, reveal }}
          />
        )}
      </div>
    </div>
  );
}

/** The file was typed in since. */
function isConflict(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === 'E_CONFLICT';
}

/** What most often is not found are samples. */
function isNotFound(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === 'E_NOT_FOUND';
}
