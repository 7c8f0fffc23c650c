import { useState } from 'preact/hooks';
import type { RunView } from '../../../../engine/src/protocol/run.ts';
import { Button } from '../../components/controls.tsx';
import { Badge, Toolbar } from '../../components/layout.tsx';
import { durationText } from '../../components/quantities.ts';
import { runTones } from '../../components/run-tones.ts';

export interface RunHeaderProps {
  readonly view: RunView;
  readonly stop: (isHard: boolean) => void;
  /** Starts the same pipeline anew. */
  readonly restart: () => void;
}

/** Which run this is, how it stands, and how to end it. */
export function RunHeader({ view, stop, restart }: RunHeaderProps) {
  const { pipeline, environment, state, startedAtMs, history, url } = view;
  const [isSure, setSure] = useState(false);
  const isOver = state === 'ended' || state === 'failed';
  const lastMs = history.at(-1)?.atMs ?? startedAtMs;
  const end = (
    <>
      {url !== undefined && !isOver && <code class="dim">{url}</code>}
      {isOver && (
        <Button icon="debug-restart" onClick={restart}>
          Run again
        </Button>
      )}
      {!isOver && state !== 'draining' && (
        <Button
          isSecondary
          icon="debug-stop"
          onClick={() => stop(false)}
          title="Receives no more, writes what is held, settles"
        >
          Stop and drain
        </Button>
      )}
      {state === 'draining' && !isSure && (
        <Button isSecondary icon="stop-circle" onClick={() => setSure(true)}>
          Stop at once…
        </Button>
      )}
      {state === 'draining' && isSure && (
        <Button icon="stop-circle" onClick={() => stop(true)} title="What is held comes again from the source">
          Leave what is held to the source
        </Button>
      )}
    </>
  );
  return (
    <Toolbar label="Run" end={end}>
      <h1 class="run-title">{pipeline}</h1>
      {environment !== undefined && <Badge>{environment}</Badge>}
      <Badge tone={runTones[state]}>{state}</Badge>
      <span class="dim">
        {isOver ? 'ran' : 'running'} for {durationText(Math.max(0, lastMs - startedAtMs))}
      </span>
    </Toolbar>
  );
}
