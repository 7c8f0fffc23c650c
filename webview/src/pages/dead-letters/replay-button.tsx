import { useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { Target } from '../../../../engine/src/protocol/places.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Button } from '../../components/controls.tsx';
import { countOf, countText } from '../../components/quantities.ts';
import { isSilent } from '../../hooks/use-request.ts';

export interface ReplayButtonProps extends Target {
  readonly studio: Peer<StudioMethods>;
  /** Letters that were not replayed yet. */
  readonly count: number;
  /** Their ids; asked for once it is sure. */
  readonly ids: () => Promise<readonly string[]>;
  readonly onDone: (said: string) => void;
  readonly onFailed: (thrown: unknown) => void;
}

/** Sends records back to where they came from; asked for twice, as it cannot be undone. */
export function ReplayButton({ studio, folder, environment, count, ids, onDone, onFailed }: ReplayButtonProps) {
  const [isSure, setSure] = useState(false);
  const [sent, setSent] = useState<number>();
  const replay = () => {
    setSure(false);
    setSent(0);
    const onSnapshot = (snapshot: { sent: number }) => setSent(snapshot.sent);
    ids()
      .then((all) => studio.request('deadLetters.replay', { folder, environment, ids: all }, { onSnapshot }))
      .then(({ sent, again, failed }) => {
        const back = again ? `, of which ${countText(again)} became dead letters again` : '';
        const not = failed.length === 0 ? '' : `; ${countText(failed.length)} could not be: ${failed[0]!.why}`;
        onDone(`${countOf(sent, 'letter')} replayed${back}${not}.`);
      })
      .catch((thrown: unknown) => isSilent(thrown) || onFailed(thrown))
      .finally(() => setSent(undefined));
  };
  if (sent !== undefined) {
    return (
      <span role="status">
        {countText(sent)} of {countText(count)} sent
      </span>
    );
  }
  if (isSure) {
    return (
      <>
        <Button icon="reply" onClick={replay}>
          Send {countOf(count, 'record')} back to the source
        </Button>
        <Button isSecondary onClick={() => setSure(false)}>
          Cancel
        </Button>
      </>
    );
  }
  return (
    <Button isSecondary icon="reply" onClick={() => setSure(true)} isDisabled={count === 0}>
      {count > 1 ? `Replay ${countText(count)}…` : 'Replay…'}
    </Button>
  );
}
