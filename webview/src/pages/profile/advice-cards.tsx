import type { Advice } from '../../../../engine/src/protocol/profile.ts';
import { ActionCard } from '../../components/action-card.tsx';
import { Icon } from '../../components/icon.tsx';
import type { MeasureActions } from '../../components/measure-page.tsx';

export interface AdviceCardsProps {
  readonly advice: readonly Advice[];
  /** The profile says why it knows too little. */
  readonly hasNotes: boolean;
  readonly actions: MeasureActions;
}

/** What would be better, with its figures; some of it with one click. */
export function AdviceCards({ advice, hasNotes, actions }: AdviceCardsProps) {
  if (advice.length === 0 && hasNotes) return null;
  if (advice.length === 0) {
    return (
      <p class="measure-notes">
        <Icon name="pass" />
        Nothing to advise: codec, encodings, partitions and code fit these samples.
      </p>
    );
  }
  return (
    <section class="measure-section" aria-labelledby="profile-advice">
      <h2 id="profile-advice">Advice</h2>
      <ul class="cards">
        {advice.map(({ id, title, why, fix, place }) => (
          <ActionCard
            key={`${id} ${title}`}
            icon={<Icon name={icons[id] ?? 'lightbulb'} />}
            text={why}
            fixes={fix === undefined ? [] : [fix]}
            {...{ title, place, actions }}
          />
        ))}
      </ul>
    </section>
  );
}

const icons: Readonly<Record<string, string>> = {
  'bad-records': 'error',
  'hot-line': 'flame',
  'partition-values': 'folder',
  'all-null': 'circle-slash',
  'json-shape': 'json',
  'bloom-filter': 'search',
};
