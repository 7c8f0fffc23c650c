import { useEffect, useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { Target } from '../../../../engine/src/protocol/places.ts';
import type { SampleOrigin } from '../../../../engine/src/protocol/samples.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Icon } from '../../components/icon.tsx';
import { ErrorBanner } from '../../components/states.tsx';
import { useRequest } from '../../hooks/use-request.ts';

/** While somebody types, nothing is asked. */
const PAUSE_MS = 400;

export interface CostNoteProps extends Target {
  readonly studio: Peer<StudioMethods>;
  readonly from: SampleOrigin;
  readonly onRefused: (isRefused: boolean) => void;
}

/** What taking samples from there costs, before it is done. */
export function CostNote({ studio, folder, environment, from, onRefused }: CostNoteProps) {
  const settled = useSettled(JSON.stringify(from));
  const params = settled === undefined ? undefined : { folder, environment, from: JSON.parse(settled) as SampleOrigin };
  const { value: cost, error } = useRequest(studio, 'samples.cost', params);
  const isRefused = cost?.refused !== undefined;
  useEffect(() => onRefused(isRefused), [isRefused]);
  if (error !== undefined) return <ErrorBanner error={error} />;
  if (cost === undefined) return null;
  return (
    <>
      {cost.refused !== undefined && <Note icon="error" tone="bad" texts={[cost.refused]} />}
      {cost.warnings.length > 0 && <Note icon="info" tone="neutral" texts={cost.warnings} />}
    </>
  );
}

function Note({ icon, tone, texts }: { icon: string; tone: 'neutral' | 'bad'; texts: readonly string[] }) {
  return (
    <div class={`sample-cost sample-cost-${tone}`} role="note">
      <Icon name={icon} />
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

function useSettled(value: string): string | undefined {
  const [settled, setSettled] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
