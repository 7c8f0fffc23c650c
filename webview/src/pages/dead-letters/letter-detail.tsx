import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type {
  DeadLetterDetail,
  DeadLetterInfo,
  DeadLetterMethods,
} from '../../../../engine/src/protocol/dead-letters.ts';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { Place, Target } from '../../../../engine/src/protocol/places.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Button, IconButton } from '../../components/controls.tsx';
import { Icon } from '../../components/icon.tsx';
import { PlaceLink } from '../../components/place-link.tsx';
import { ErrorBanner, ErrorState, ProgressState } from '../../components/states.tsx';
import { isSilent, useRequest } from '../../hooks/use-request.ts';
import { indented } from './indented.ts';
import { timeText } from './letter-list.tsx';

type Retried = DeadLetterMethods['deadLetters.retry']['result'];

export interface LetterDetailProps extends Target {
  readonly letter: DeadLetterInfo;
  readonly studio: Peer<StudioMethods>;
  readonly reveal?: (place: Place) => void;
  readonly copy: (text: string) => void;
  readonly actions: ComponentChildren;
}

/** One record beside its error: what it is, where the code refused it, and what the code makes of it now. */
export function LetterDetail({ letter, studio, folder, environment, reveal, copy, actions }: LetterDetailProps) {
  const target = { folder, environment, id: letter.id };
  const { value: detail, error } = useRequest(studio, 'deadLetters.show', target);
  const [retried, setRetried] = useState<Retried>();
  const [failed, setFailed] = useState<unknown>();
  const [isRunning, setRunning] = useState(false);
  if (error !== undefined) return <ErrorState error={error} title="The letter cannot be read" />;
  if (detail === undefined) return <ProgressState label="Reading the letter" />;
  const retry = () => {
    setRunning(true);
    setFailed(undefined);
    studio
      .request('deadLetters.retry', target)
      .then(setRetried)
      .catch((thrown: unknown) => isSilent(thrown) || setFailed(thrown))
      .finally(() => setRunning(false));
  };
  return (
    <section class="letter-detail" aria-label="The letter">
      <header class="letter-title">
        <h2>
          {detail.reason}
          {detail.field !== undefined && <code> {detail.field}</code>}
        </h2>
        <p class="letter-why">{detail.message}</p>
        {detail.place !== undefined && <PlaceLink place={detail.place} reveal={reveal} />}
        <div class="letter-actions">
          <Button icon="debug-rerun" onClick={retry} isDisabled={isRunning}>
            Try again with the code as it is now
          </Button>
          {actions}
        </div>
      </header>
      {failed !== undefined && <ErrorBanner error={failed} title="It could not be tried" reveal={reveal} />}
      {retried !== undefined && <Outcome retried={retried} />}
      <div class="letter-part">
        <h3>Record</h3>
        <IconButton icon="copy" label="Copy the record" onClick={() => copy(detail.original)} />
      </div>
      <pre class="letter-text mono">{detail.isBase64 ? detail.original : indented(detail.original)}</pre>
      {detail.stack !== undefined && (
        <>
          <h3>Stack</h3>
          <pre class="letter-text mono">{detail.stack}</pre>
        </>
      )}
      <Facts detail={detail} />
    </section>
  );
}

function Outcome({ retried }: { readonly retried: Retried }) {
  if (retried.outcome === 'kept') {
    return (
      <div class="letter-outcome letter-outcome-kept" role="status">
        <strong>
          <Icon name="pass" /> It is kept now
        </strong>
        <pre class="letter-text mono">{retried.rows.map(indented).join('\n')}</pre>
      </div>
    );
  }
  const isDropped = retried.outcome === 'dropped';
  return (
    <div class={`letter-outcome ${isDropped ? 'letter-outcome-dropped' : 'letter-outcome-dead'}`} role="status">
      <strong>
        <Icon name={isDropped ? 'circle-slash' : 'error'} /> {isDropped ? 'It is dropped now' : 'It is still refused'}
      </strong>
      <p>
        {retried.reason}
        {retried.message !== undefined && `: ${retried.message}`}
      </p>
    </div>
  );
}

function Facts({ detail }: { readonly detail: DeadLetterDetail }) {
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Time', timeText(detail.atMs)],
    ['Stage', detail.stage],
    ['Delivery', detail.deliveryId],
    ['Record in it', detail.record === undefined || detail.record < 0 ? undefined : String(detail.record + 1)],
    ['Received', timesText(detail.receiveCount)],
    ...Object.entries(detail.attributes),
  ];
  return (
    <dl class="letter-facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt class="dim">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function timesText(times: number | undefined): string | undefined {
  if (times === undefined) return undefined;
  return times === 1 ? 'once' : `${times} times`;
}
