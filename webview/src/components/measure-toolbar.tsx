import type { ComponentChildren } from 'preact';
import type { Peer } from '../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../engine/src/protocol/studio-methods.ts';
import type { Step } from '../hooks/use-measurement.ts';
import { useRequest } from '../hooks/use-request.ts';
import './measure.css';
import { Button } from './controls.tsx';
import { EnvironmentSelect } from './environment-select.tsx';
import { Toolbar } from './layout.tsx';
import { fileName } from './place-link.tsx';

export interface MeasureToolbarProps {
  /** What the page is: "Profile". */
  readonly label: string;
  readonly studio: Peer<StudioMethods>;
  readonly folder: string;
  readonly environment?: string;
  readonly setEnvironment: (name: string | undefined) => void;
  /** What is under way. */
  readonly step?: Step;
  readonly again: () => void;
  /** More controls, behind the environment. */
  readonly children?: ComponentChildren;
}

/** Which pipeline is measured, and once more; a thin line below it shows how far that is. */
export function MeasureToolbar(props: MeasureToolbarProps) {
  const { label, studio, folder, environment, setEnvironment, step, again, children } = props;
  const pipelines = useRequest(studio, 'workspace.pipelines', {});
  const entry = pipelines.value?.pipelines.find((pipeline) => pipeline.folder === folder);
  return (
    <>
      <Toolbar
        label={label}
        end={
          <>
            {step !== undefined && <span class="dim">{step.step}…</span>}
            <Button isSecondary icon="refresh" isDisabled={step !== undefined} onClick={again}>
              Measure again
            </Button>
          </>
        }
      >
        <h1 class="measure-name">{entry?.name ?? fileName(folder)}</h1>
        {entry !== undefined && (
          <EnvironmentSelect environments={entry.environments} value={environment} onChange={setEnvironment} />
        )}
        {children}
      </Toolbar>
      <div class="measure-step" aria-hidden="true">
        {step !== undefined && <div style={{ width: `${Math.max(2, step.share * 100)}%` }} />}
      </div>
    </>
  );
}
