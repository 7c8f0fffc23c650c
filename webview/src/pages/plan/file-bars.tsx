import type { PlanResult } from '../../../../engine/src/protocol/plan.ts';
import { BarList } from '../../components/bar-list.tsx';
import { bytesText, countText, shareText } from '../../components/quantities.ts';
import { rateText } from '../../components/rates.ts';
import { endTexts } from './plan-summary.tsx';

const SHOWN = 10;

/** Files of each partition: how large they become, how many, and what closes them. */
export function FileBars({ plan }: { readonly plan: PlanResult }) {
  const { partitions, openPartitions } = plan;
  const largest = Math.max(1, ...partitions.map(({ fileBytes }) => fileBytes));
  const rest = openPartitions - Math.min(SHOWN, partitions.length);
  return (
    <section class="measure-section" aria-labelledby="plan-files">
      <h2 id="plan-files">
        Files <span class="dim">by partition, the largest first</span>
      </h2>
      <BarList
        label="Size of files by partition"
        lines={partitions.slice(0, SHOWN).map(({ path, share, fileBytes, filesPerHour, closedBy }) => ({
          name: (
            <span title={path} class={path === '' ? 'dim' : undefined}>
              {path === '' ? 'no partitions' : path}
            </span>
          ),
          share: fileBytes / largest,
          value: bytesText(fileBytes),
          tone: closedBy === 'size' ? 'good' : 'neutral',
          note: `${shareText(share)} of rows, ${rateText(filesPerHour)} an hour, ${endTexts[closedBy]}`,
        }))}
      />
      {rest > 0 && <p class="dim">and {countText(rest)} more</p>}
    </section>
  );
}
