import type { Count } from '../../../../engine/src/protocol/rows.ts';
import { countText } from '../../components/quantities.ts';

export interface ReasonBarsProps {
  /** Letters that were not replayed, by reason. */
  readonly reasons: readonly Count[];
  readonly selected: string | undefined;
  readonly onSelect: (reason: string | undefined) => void;
}

/** Why records could not be delivered, and how many; a reason that is clicked is the only one listed. */
export function ReasonBars({ reasons, selected, onSelect }: ReasonBarsProps) {
  if (reasons.length === 0) return null;
  const most = Math.max(1, ...reasons.map(([, count]) => count));
  return (
    <ul class="letter-reasons" aria-label="Reasons">
      {reasons.map(([reason, count]) => (
        <li key={reason}>
          <button
            type="button"
            class="letter-reason-row"
            aria-pressed={reason === selected}
            onClick={() => onSelect(reason === selected ? undefined : reason)}
          >
            <span class="letter-reason-name">{reason}</span>
            <span class="letter-reason-track" aria-hidden="true">
              <span class="letter-reason-bar" style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span class="letter-reason-count">{countText(count)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
