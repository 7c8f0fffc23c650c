import { useRef, useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Button, TextField } from '../../components/controls.tsx';
import { countOf, countText } from '../../components/quantities.ts';
import { ErrorBanner } from '../../components/states.tsx';
import { isSilent } from '../../hooks/use-request.ts';

export interface FeedBarProps {
  readonly studio: Peer<StudioMethods>;
  readonly folder: string;
  readonly environment?: string;
}

/** Puts the pipeline's samples on its queue of the embedded AWS, over and over, so that there is something to see. */
export function FeedBar({ studio, folder, environment }: FeedBarProps) {
  const [records, setRecords] = useState('100000');
  const [rate, setRate] = useState('5000');
  const [sent, setSent] = useState<number>();
  const [error, setError] = useState<unknown>();
  const feeding = useRef<AbortController>(undefined);
  const [isFeeding, setFeeding] = useState(false);
  const total = wholeNumber(records);
  const recordsPerS = wholeNumber(rate);
  const start = () => {
    if (total === undefined || recordsPerS === undefined) return;
    const controller = new AbortController();
    feeding.current = controller;
    setFeeding(true);
    setError(undefined);
    setSent(0);
    const onSnapshot = (snapshot: { sent: number }) => setSent(snapshot.sent);
    studio
      .request(
        'run.feed',
        { folder, environment, records: total, recordsPerS },
        { signal: controller.signal, onSnapshot },
      )
      .then(onSnapshot)
      .catch((thrown: unknown) => isSilent(thrown) || setError(thrown))
      .finally(() => setFeeding(false));
  };
  return (
    <div class="run-feed">
      <span class="run-feed-text">
        <strong>Feed</strong> <span class="dim">the samples to the queue, over and over</span>
      </span>
      <TextField label="Records" type="number" value={records} onInput={setRecords} isInvalid={total === undefined} />
      <span class="dim">records, at</span>
      <TextField
        label="Records a second"
        type="number"
        value={rate}
        onInput={setRate}
        isInvalid={recordsPerS === undefined}
      />
      <span class="dim">a second</span>
      {isFeeding ? (
        <Button isSecondary icon="debug-stop" onClick={() => feeding.current?.abort()}>
          Stop feeding
        </Button>
      ) : (
        <Button icon="play" onClick={start} isDisabled={total === undefined || recordsPerS === undefined}>
          Feed
        </Button>
      )}
      {sent !== undefined && (
        <span class="run-feed-sent" role="status">
          {isFeeding
            ? `${countText(sent)} of ${countOf(total ?? 0, 'record')} sent`
            : `${countOf(sent, 'record')} sent`}
        </span>
      )}
      {error !== undefined && <ErrorBanner error={error} title="Feeding ended" />}
    </div>
  );
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
