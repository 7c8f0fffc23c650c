import { useEffect, useRef, useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Button, Select } from '../../components/controls.tsx';
import { Toolbar } from '../../components/layout.tsx';
import { countOf } from '../../components/quantities.ts';
import { ErrorBanner } from '../../components/states.tsx';
import { isSilent } from '../../hooks/use-request.ts';

type TapPoint = StudioMethods['run.tap']['params']['at'];

const points = [
  { value: 'output', label: 'Rows of the output' },
  { value: 'source', label: 'Records as read' },
  { value: 'dead-letters', label: 'Dead letters' },
] as const satisfies readonly { value: TapPoint; label: string }[];

/** Records of one tap; then it ends, and is asked for again. */
const LIMIT = 1_000;
const SHOWN_LINES = 200;

export interface TapPanelProps {
  readonly studio: Peer<StudioMethods>;
  readonly run: string;
  readonly isOver: boolean;
}

/** Records as they pass. The run is never held up: what comes too fast is missed, and counted. */
export function TapPanel({ studio, run, isOver }: TapPanelProps) {
  const [at, setAt] = useState<TapPoint>('output');
  const [lines, setLines] = useState<readonly string[]>([]);
  const [missed, setMissed] = useState(0);
  const [error, setError] = useState<unknown>();
  const [isOpen, setOpen] = useState(false);
  const tap = useRef<AbortController>(undefined);
  const close = () => {
    tap.current?.abort();
    setOpen(false);
  };
  const open = () => {
    const controller = new AbortController();
    tap.current = controller;
    setOpen(true);
    setError(undefined);
    setLines([]);
    setMissed(0);
    const onSnapshot = (snapshot: StudioMethods['run.tap']['snapshot']) => {
      setLines((before) => [...before, ...snapshot.lines].slice(-SHOWN_LINES));
      setMissed(snapshot.missed);
    };
    studio
      .request('run.tap', { run, at, limit: LIMIT }, { signal: controller.signal, onSnapshot })
      .catch((thrown: unknown) => isSilent(thrown) || setError(thrown))
      .finally(() => tap.current === controller && setOpen(false));
  };
  useEffect(() => close, [studio, run, at]);
  return (
    <div class="run-tap">
      <Toolbar label="Tap" end={<span class="dim">{tapNote(isOpen, lines.length, missed)}</span>}>
        <Select label="Where to look" value={at} options={points} onChange={setAt} />
        {isOpen ? (
          <Button isSecondary icon="debug-stop" onClick={close}>
            Stop looking
          </Button>
        ) : (
          <Button icon="eye" onClick={open} isDisabled={isOver}>
            Look at records
          </Button>
        )}
      </Toolbar>
      {error !== undefined && <ErrorBanner error={error} title="The tap ended" />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it, too */}
      <ol class="run-tap-lines mono" tabIndex={0} aria-label="Records">
        {lines.map((line, i) => (
          <li key={i}>{line}</li>
        ))}
      </ol>
    </div>
  );
}

function tapNote(isOpen: boolean, lines: number, missed: number): string {
  if (lines === 0) return isOpen ? 'Waiting for records' : 'Records are shown as they pass; nothing is held up.';
  return missed > 0 ? `${countOf(missed, 'record')} missed: they came too fast` : countOf(lines, 'record');
}
