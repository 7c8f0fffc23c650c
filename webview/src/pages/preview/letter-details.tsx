import type { PreviewDeadLetter } from '../../../../engine/src/protocol/preview.ts';
import { IconButton } from '../../components/controls.tsx';
import { Badge, Toolbar } from '../../components/layout.tsx';
import { PlaceLink } from '../../components/place-link.tsx';
import type { Reveal } from './preview-sources.tsx';

export interface LetterDetailsProps {
  readonly letter: PreviewDeadLetter;
  readonly reveal?: Reveal;
  readonly onClose: () => void;
}

/** Why a record is dead-lettered, where, and the record as it came. */
export function LetterDetails({ letter, reveal, onClose }: LetterDetailsProps) {
  const { record, stage, reason, field, message, place, stack, original } = letter;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keys
    <section class="letter-details" aria-label={`Why record ${record + 1} is dead-lettered`} tabIndex={0}>
      <Toolbar label="Dead letter" end={<IconButton icon="close" label="Close" onClick={onClose} />}>
        <strong>Record {record + 1}</strong>
        <Badge tone="bad">{stage}</Badge>
        <span class="dim">{reason}</span>
        {field !== undefined && <code>{field}</code>}
        {place !== undefined && <PlaceLink place={place} reveal={reveal} />}
      </Toolbar>
      <h3>Error</h3>
      {/* A stack begins with the message it belongs to. */}
      <pre>{stack?.includes(message) ? stack : [message, stack].filter(Boolean).join('\n')}</pre>
      <h3>Record as it came</h3>
      <pre>{original}</pre>
    </section>
  );
}
