import type { ComponentChildren } from 'preact';
import type { Fix, Place } from '../../../engine/src/protocol/places.ts';
import { FixButton } from './fix-button.tsx';
import type { MeasureActions } from './measure-page.tsx';
import { PlaceLink } from './place-link.tsx';

export interface ActionCardProps {
  readonly icon: ComponentChildren;
  readonly title: string;
  readonly text?: string;
  /** Changes that mend it, each with one click. */
  readonly fixes: readonly Fix[];
  /** Where it stands in the user's files. */
  readonly place?: Place;
  readonly actions: MeasureActions;
}

/** One thing to know, in a list of class `cards`: what it is, why it matters, and what can be done about it. */
export function ActionCard({ icon, title, text, fixes, place, actions }: ActionCardProps) {
  const { reveal, ...applying } = actions;
  return (
    <li class="card">
      <h3>
        {icon}
        {title}
      </h3>
      {text !== undefined && <p>{text}</p>}
      {(place !== undefined || fixes.length > 0) && (
        <div class="card-actions">
          {fixes.map((fix) => (
            <FixButton key={fix.title} fix={fix} {...applying} />
          ))}
          {place !== undefined && <PlaceLink place={place} reveal={reveal} />}
        </div>
      )}
    </li>
  );
}
