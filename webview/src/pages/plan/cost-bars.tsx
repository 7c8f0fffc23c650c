import type { CostLine, PlanResult } from '../../../../engine/src/protocol/plan.ts';
import { BarList } from '../../components/bar-list.tsx';
import { rateText } from '../../components/rates.ts';
import { dollarsText } from './dollars-text.ts';

/** What a month costs, beside Firehose, in bars of one scale. */
export function CostBars({ plan }: { readonly plan: PlanResult }) {
  const { costs, usdPerMonth, firehose, prices, gbPerMonth } = plan;
  const most = Math.max(0.01, ...[...costs, ...firehose.costs].map((line) => line.usdPerMonth));
  return (
    <section class="measure-section" aria-labelledby="plan-costs">
      <h2 id="plan-costs">
        Cost a month{' '}
        <span class="dim">
          {gbPerMonth < 1 ? `${(gbPerMonth * 1_000).toFixed(0)} MB` : `${rateText(gbPerMonth)} GB`} of files; list
          prices of {prices.region}, {prices.asOf}, without free tiers
        </span>
      </h2>
      <div class="measure-halves">
        <CostList name="Parquetry" {...{ lines: costs, total: usdPerMonth, most }} />
        <CostList name="Firehose" {...{ lines: firehose.costs, total: firehose.usdPerMonth, most }} />
      </div>
      <p class="dim">
        Firehose converts and partitions; it runs no TypeScript: a transform there is a Lambda function, which is not in
        its sum.
      </p>
    </section>
  );
}

interface CostListProps {
  readonly name: string;
  readonly lines: readonly CostLine[];
  readonly total: number;
  readonly most: number;
}

function CostList({ name, lines, total, most }: CostListProps) {
  return (
    <div class="plan-costs">
      <h3>
        {name} <span class="number">{dollarsText(total)}</span>
      </h3>
      <BarList
        label={`${name}, dollars a month`}
        lines={lines.map(({ what, how, usdPerMonth }) => ({
          name: <span title={how}>{what}</span>,
          share: usdPerMonth / most,
          value: dollarsText(usdPerMonth),
          label: `${what}: ${dollarsText(usdPerMonth)}, ${how}`,
        }))}
      />
      <details>
        <summary>How it is counted</summary>
        <dl class="plan-how">
          {lines.map(({ what, how }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd class="dim">{how}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
