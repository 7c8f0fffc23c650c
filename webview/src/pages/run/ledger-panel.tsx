import type { LedgerView } from '../../../../engine/src/protocol/run.ts';
import { Icon } from '../../components/icon.tsx';
import { countOf, countText, shareText } from '../../components/quantities.ts';

interface Part {
  readonly name: string;
  /** Of the CSS classes `ledger-…`. */
  readonly kind: 'delivered' | 'dropped' | 'dead' | 'back' | 'flight';
  readonly records: number;
}

/** What became of every record, as one bar: it is closed when its parts make up what was received. */
export function LedgerPanel({ ledger }: { readonly ledger: LedgerView }) {
  const parts = partsOf(ledger);
  const sum = parts.reduce((all, { records }) => all + records, 0);
  const whole = Math.max(sum, ledger.received, 1);
  return (
    <section class="ledger" aria-labelledby="run-ledger">
      <header class="run-section-head">
        <h2 id="run-ledger">Ledger</h2>
        <Verdict ledger={ledger} sum={sum} />
      </header>
      <div class="ledger-bar" role="img" aria-label={saidOf(parts, ledger)}>
        {parts
          .filter(({ records }) => records > 0)
          .map(({ name, kind, records }) => (
            <div
              key={name}
              class={`ledger-part ledger-${kind}`}
              title={`${name}: ${countText(records)} (${shareText(records / whole)})`}
              style={{ width: `${(records / whole) * 100}%` }}
            />
          ))}
      </div>
      <ul class="ledger-legend">
        <li>
          <span class="dim">received</span> <b>{countText(ledger.received)}</b>
        </li>
        {parts.map(({ name, kind, records }, at) => (
          <li key={name}>
            <span class="ledger-sign" aria-hidden="true">
              {at === 0 ? '=' : '+'}
            </span>
            <i class={`ledger-key ledger-${kind}`} />
            <span class="dim">{name}</span> <b>{countText(records)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Verdict({ ledger, sum }: { readonly ledger: LedgerView; readonly sum: number }) {
  if (!ledger.isClosed) {
    const off = Math.abs(ledger.received - sum);
    return (
      <span class="ledger-verdict ledger-verdict-bad">
        <Icon name="error" /> does not close: {countOf(off, 'record')} unaccounted for
      </span>
    );
  }
  return (
    <span class="ledger-verdict ledger-verdict-good">
      <Icon name="check" /> closes: every record is accounted for
    </span>
  );
}

/** Those that every run has, and the others only if there are any. */
function partsOf({ delivered, dropped, deadLettered, returned, leaseLost, inFlight }: LedgerView): Part[] {
  const parts: Part[] = [
    { name: 'delivered', kind: 'delivered', records: delivered },
    ...dropped.map(([reason, records]): Part => ({ name: `dropped: ${reason}`, kind: 'dropped', records })),
    ...deadLettered.map(([reason, records]): Part => ({ name: `dead-lettered: ${reason}`, kind: 'dead', records })),
    { name: 'returned', kind: 'back', records: returned },
    { name: 'lease lost', kind: 'back', records: leaseLost },
    { name: 'in flight', kind: 'flight', records: inFlight },
  ];
  return parts.filter(({ kind, records }) => records > 0 || kind === 'delivered' || kind === 'flight');
}

function saidOf(parts: readonly Part[], { received }: LedgerView): string {
  return `${countOf(received, 'record')} received: ${parts.map(({ name, records }) => `${countText(records)} ${name}`).join(', ')}`;
}
