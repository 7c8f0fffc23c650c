import type { ComponentChildren } from 'preact';
import type { Place } from '../../../engine/src/protocol/places.ts';
import { Button } from './controls.tsx';
import { Icon } from './icon.tsx';
import { PlaceLink } from './place-link.tsx';

export interface StateAction {
  readonly label: string;
  readonly act: () => void;
}

/** Nothing is there yet, and what to do about it. */
export function EmptyState(props: {
  readonly icon?: string;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: StateAction;
}) {
  const { icon, title, children, action } = props;
  return (
    <div class="state">
      {icon !== undefined && <Icon name={icon} />}
      <h2>{title}</h2>
      {children !== undefined && <div class="state-text">{children}</div>}
      {action !== undefined && <Button onClick={action.act}>{action.label}</Button>}
    </div>
  );
}

/** As errors cross the protocol; anything else that was thrown has a message at most. */
interface ShownError {
  readonly message: string;
  readonly hint?: string;
  readonly place?: Place;
}

export interface ErrorProps {
  /** A `ProtocolError`, a failure of a snapshot, or whatever was thrown. */
  readonly error: unknown;
  /** What could not be done: "The preview failed". */
  readonly title?: string;
  /** Opens the place to blame; without it the place is only named. */
  readonly reveal?: (place: Place) => void;
  readonly action?: StateAction;
}

/** Instead of a page: what is wrong, where, and what to do. */
export function ErrorState({ error, title = 'That did not work', reveal, action }: ErrorProps) {
  const { message, hint, place } = shownError(error);
  return (
    <div class="state state-error" role="alert">
      <Icon name="error" />
      <h2>{title}</h2>
      <p class="state-text">{message}</p>
      {hint !== undefined && <p class="state-text dim">{hint}</p>}
      {place !== undefined && <PlaceLink place={place} reveal={reveal} />}
      {action !== undefined && <Button onClick={action.act}>{action.label}</Button>}
    </div>
  );
}

/** The same above something that stays: a line, with its hint and place. */
export function ErrorBanner({ error, title, reveal, action }: ErrorProps) {
  const { message, hint, place } = shownError(error);
  return (
    <div class="banner banner-error" role="alert">
      <Icon name="error" />
      <div class="banner-text">
        {title !== undefined && <strong>{title}: </strong>}
        <span class="banner-message">{message}</span>
        {hint !== undefined && <div class="dim">{hint}</div>}
      </div>
      {place !== undefined && <PlaceLink place={place} reveal={reveal} />}
      {action !== undefined && (
        <Button isSecondary onClick={action.act}>
          {action.label}
        </Button>
      )}
    </div>
  );
}

/** Something is under way. `share` is from 0 to 1; without it nobody knows how long it takes. */
export function ProgressState(props: {
  readonly label: string;
  readonly share?: number;
  readonly cancel?: () => void;
}) {
  const { label, share, cancel } = props;
  const percent = share === undefined ? undefined : Math.round(share * 100);
  return (
    <div class="state" role="status">
      <div
        class={`progress${percent === undefined ? ' is-endless' : ''}`}
        role="progressbar"
        aria-label={label}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div class="progress-done" style={percent === undefined ? undefined : { width: `${percent}%` }} />
      </div>
      <p class="state-text">
        {label}
        {percent !== undefined && <span class="dim"> {percent} %</span>}
      </p>
      {cancel !== undefined && (
        <Button isSecondary onClick={cancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}

function shownError(error: unknown): ShownError {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { message, hint, place, file, line, column } = error as Partial<ShownError & Place>;
  const found = place ?? (file === undefined ? undefined : { file, line: line ?? 1, column: column ?? 1 });
  return { message: message ?? String(error), hint, place: found };
}
