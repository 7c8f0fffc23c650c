import type { FileEnd, PlanResult } from '../../../../engine/src/protocol/plan.ts';
import { StatTile, StatTiles } from '../../components/figures.tsx';
import { bytesText, countOf, countText, durationText } from '../../components/quantities.ts';
import { rateText } from '../../components/rates.ts';
import { dollarsText } from './dollars-text.ts';

/** What closes files, as a person would say it. */
export const endTexts: Readonly<Record<FileEnd, string>> = {
  size: 'closed when full',
  age: 'closed by age',
  rows: 'closed by their rows',
  memory: 'closed for want of memory',
  'in-flight': 'closed by what SQS lends',
};

/** The figures that one looks for first. */
export function PlanSummary({ plan }: { readonly plan: PlanResult }) {
  const { filesPerHour, fileBytes, rowsPerFile, closedBy, delayMs, lanes, recordsPerSPerLane, memoryBytes } = plan;
  const isOne = plan.partitions.length < 2;
  const largestBytes = Math.max(...plan.partitions.map((partition) => partition.fileBytes));
  return (
    <section class="measure-section" aria-label="Summary">
      <StatTiles>
        <StatTile label="Files an hour" value={rateText(filesPerHour)} note={endTexts[closedBy]} />
        <StatTile
          label={isOne ? 'A file' : 'A file, on average'}
          value={bytesText(fileBytes)}
          note={isOne ? countOf(rowsPerFile, 'row') : `of all partitions; ${bytesText(largestBytes)} in the largest`}
          tone={closedBy === 'size' ? 'good' : fileBytes < 1 << 20 ? 'warning' : 'neutral'}
        />
        <StatTile label="Until it can be read" value={durationText(delayMs)} note="at most, and the upload" />
        <StatTile label="Lanes" value={countText(lanes)} note={`of ${rateText(recordsPerSPerLane)} records/s each`} />
        <StatTile label="Memory" value={bytesText(memoryBytes)} note="of the process" />
        <StatTile
          label="A month"
          value={dollarsText(plan.usdPerMonth)}
          note={`${dollarsText(plan.firehose.usdPerMonth)} with Firehose`}
          tone={plan.usdPerMonth <= plan.firehose.usdPerMonth ? 'good' : 'neutral'}
        />
      </StatTiles>
      <p class="dim">
        {plan.reachable.replace(/\.?$/, '.')}
        {plan.inFlightMessages > 0 && ` At most ${countText(plan.inFlightMessages)} messages are in flight.`}
      </p>
    </section>
  );
}
