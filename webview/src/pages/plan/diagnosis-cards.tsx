import type { Diagnosis } from '../../../../engine/src/protocol/places.ts';
import { ActionCard } from '../../components/action-card.tsx';
import { Icon } from '../../components/icon.tsx';
import type { MeasureActions } from '../../components/measure-page.tsx';

export interface DiagnosisCardsProps {
  readonly diagnoses: readonly Diagnosis[];
  readonly actions: MeasureActions;
}

const order: readonly Diagnosis['severity'][] = ['error', 'warning', 'info'];

/** What is wrong, or will hurt; some of it mended with one click. */
export function DiagnosisCards({ diagnoses, actions }: DiagnosisCardsProps) {
  const sorted = diagnoses.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  if (sorted.length === 0) {
    return (
      <p class="measure-notes">
        <Icon name="pass" />
        Nothing stands in the way of this rate.
      </p>
    );
  }
  return (
    <section class="measure-section" aria-labelledby="plan-diagnoses">
      <h2 id="plan-diagnoses">What to know before it runs</h2>
      <ul class="cards">
        {sorted.map(({ severity, message, hint, place, fixes = [] }) => (
          <ActionCard
            key={message}
            icon={
              <span class={`tone-${severity === 'error' ? 'bad' : severity}`}>
                <Icon name={severity} />
                <span class="unseen">{severity}: </span>
              </span>
            }
            title={message}
            text={hint}
            {...{ fixes, place, actions }}
          />
        ))}
      </ul>
    </section>
  );
}
